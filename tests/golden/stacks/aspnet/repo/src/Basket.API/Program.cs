var builder = WebApplication.CreateBuilder(args);
app.MapHealthChecks("/healthz");
app.Run();
