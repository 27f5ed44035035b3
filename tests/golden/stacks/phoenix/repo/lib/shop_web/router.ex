  scope "/", ShopWeb do
    get "/health", HealthController, :index
  end
