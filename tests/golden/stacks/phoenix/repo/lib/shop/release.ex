defmodule Shop.Release do
  def migrate do
  end
end
