module StoreFront
  class Application < Rails::Application
  end
end
