defmodule AcmeWeb.MixProject do
  use Mix.Project
  def project, do: [app: :acme_web, version: "0.1.0", build_path: "../../_build", config_path: "../../config/config.exs", deps_path: "../../deps", lockfile: "../../mix.lock", deps: deps(), aliases: aliases()]
  def application, do: [mod: {AcmeWeb.Application, []}]
  defp deps, do: [{:phoenix, "~> 1.7.18"}, {:bandit, "~> 1.5"}, {:esbuild, "~> 0.8", runtime: Mix.env() == :dev}, {:tailwind, "~> 0.2", runtime: Mix.env() == :dev}, {:acme, in_umbrella: true}]
  defp aliases, do: ["assets.deploy": ["tailwind acme_web --minify", "esbuild acme_web --minify", "phx.digest"]]
end
