mock_provider "aws" {}

variables {
  name        = "orders-test"
  service     = "orders"
  monthly_usd = 120
  topic_arn   = "arn:aws:sns:eu-west-3:111111111111:orders-test-alerts"
}

run "warns_before_the_money_is_spent" {
  command = plan

  assert {
    condition     = contains(aws_budgets_budget.main.notification[*].notification_type, "FORECASTED")
    error_message = "La prévision doit prévenir."
  }

  assert {
    condition     = aws_budgets_budget.main.limit_amount == "120"
    error_message = "La limite doit être celle qui fut donnée."
  }
}
