defmodule Acme.Application do end
