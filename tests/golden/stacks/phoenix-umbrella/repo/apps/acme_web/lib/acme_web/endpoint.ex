defmodule AcmeWeb.Endpoint do use Phoenix.Endpoint, otp_app: :acme_web end
