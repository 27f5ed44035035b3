package o;

@SpringBootApplication
public class Orders {}
