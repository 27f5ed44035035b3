defmodule AcmeWeb.Router do get "/health", HealthController, :index end
