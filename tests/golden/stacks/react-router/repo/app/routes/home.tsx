import { sessionSecret } from "../session.server";

export default function Home() {
  return <h1>Storefront</h1>;
}
