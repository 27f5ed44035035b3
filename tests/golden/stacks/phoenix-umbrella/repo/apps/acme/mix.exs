defmodule Acme.MixProject do
  use Mix.Project
  def project, do: [app: :acme, version: "0.1.0", build_path: "../../_build", config_path: "../../config/config.exs", deps_path: "../../deps", lockfile: "../../mix.lock", deps: deps()]
  def application, do: [mod: {Acme.Application, []}, extra_applications: [:logger]]
  defp deps, do: [{:ecto_sql, "~> 3.10"}, {:postgrex, ">= 0.0.0"}, {:oban, "~> 2.18"}, {:swoosh, "~> 1.5"}]
end
