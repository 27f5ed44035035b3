class Bus { string s = Environment.GetEnvironmentVariable("BUS_PASSWORD"); }
