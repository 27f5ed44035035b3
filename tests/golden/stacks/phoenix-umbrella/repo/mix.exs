defmodule Acme.Umbrella.MixProject do
  use Mix.Project
  def project do
    [
      apps_path: "apps",
      version: "0.1.0",
      start_permanent: Mix.env() == :prod,
      deps: deps(),
      aliases: aliases(),
      releases: [acme: [applications: [acme: :permanent, acme_web: :permanent]]]
    ]
  end
  defp deps, do: [{:phoenix_live_view, ">= 0.0.0"}, {:credo, "~> 1.7", only: [:dev, :test]}]
  defp aliases, do: [setup: ["cmd mix setup"]]
end
