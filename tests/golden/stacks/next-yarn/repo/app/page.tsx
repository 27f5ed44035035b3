export default function Page() {
  return <a href={process.env.NEXT_PUBLIC_SITE_URL}>{process.env.STRIPE_SECRET_KEY ? "on" : "off"}</a>;
}
