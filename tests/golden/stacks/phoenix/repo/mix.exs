defmodule Shop.MixProject do
  use Mix.Project

  def project do
    [
      app: :shop_web,
      version: "0.1.0",
      elixir: "~> 1.15",
      aliases: aliases(),
      deps: deps()
    ]
  end

  def application do
    [
      mod: {Shop.Application, []},
      extra_applications: [:logger, :runtime_tools]
    ]
  end

  defp deps do
    [
      {:phoenix, "~> 1.8.0"},
      {:postgrex, ">= 0.0.0"},
      {:heroicons,
       github: "tailwindlabs/heroicons",
       app: false},
      {:esbuild, "~> 0.8", runtime: Mix.env() == :dev},
      {:credo, "~> 1.7", only: [:dev, :test], runtime: false},
      {:bandit, "~> 1.5"}
    ]
  end

  defp aliases do
    [
      "assets.deploy": [
        "tailwind shop --minify"
      ]
    ]
  end
end
