"""The well-known shapes of secrets: token formats that issuers made recognisable, and private key blocks.

A table, so that a new issuer is one line. `hint` is a literal that every match contains: the scanner looks
for hints first and only then runs a pattern.
"""

import re
from functools import cache
from typing import NamedTuple


class Format(NamedTuple):
    """One recognisable kind of secret."""

    rule: str
    hint: str
    pattern: str


B62, B64U, HEX = "[A-Za-z0-9]", "[A-Za-z0-9_-]", "[0-9a-f]"
UUID = r"[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}"
BODY = r"(?<![A-Za-z0-9+/])[A-Za-z0-9+/]{33,76}"
# A token may follow anything but a character it could itself be made of.
EDGE = "(?<![A-Za-z0-9])"

FORMATS: tuple[Format, ...] = (
    *(
        Format("aws_access_key", f"A{kind}A", EDGE + f"A{kind}A[A-Z0-9]{{16}}(?![A-Za-z0-9])")
        for kind in ("KI", "SI", "BI", "CC")
    ),
    Format("aws_access_key", "A3T", EDGE + r"A3T[A-Z0-9]{17}(?![A-Za-z0-9])"),
    Format("aws_mws_key", "amzn.mws.", EDGE + rf"amzn\.mws\.{UUID}"),
    Format("aws_appsync_key", "da2-", EDGE + r"da2-[a-z0-9]{26}(?![A-Za-z0-9])"),
    Format("aws_bedrock_key", "ABSK", EDGE + r"ABSK[A-Za-z0-9+/]{100,}={0,2}"),
    Format("google_api_key", "AIza", EDGE + f"AIza{B64U}{{35}}"),
    Format("google_oauth", "ya29.", EDGE + r"ya29\.[A-Za-z0-9._-]{20,}"),
    Format("google_oauth", "GOCSPX-", EDGE + f"GOCSPX-{B64U}{{20,}}"),
    Format("google_refresh_token", "1//0", EDGE + f"1//0{B64U}{{20,}}"),
    Format("google_hmac_key", "GOOG", EDGE + r"GOOG(?:1E[A-Z0-9]{55}|[A-Z0-9]{20})(?![A-Za-z0-9])"),
    Format("azure_client_secret", "Q~", r"(?<![A-Za-z0-9_~.-])[A-Za-z0-9_~.]{3}\dQ~[A-Za-z0-9_~.-]{31,34}"),
    *(
        Format("azure_service_key", mark, BODY + re.escape(mark) + r"[A-Za-z0-9+/]{5,}={0,2}")
        for mark in ("+ASt", "ACDb", "AzSe", "AzCa", "+ACR", "AzFu", "APIM", "+AEh", "+ARm", "AIoT", "JQQJ99")
    ),
    Format("azure_devops_token", "AZDO", EDGE + f"{B62}{{70,80}}AZDO{B62}{{4,}}"),
    *(Format("github_token", f"gh{kind}_", EDGE + f"gh{kind}_{B62}{{30,255}}") for kind in "pousr"),
    Format("github_token", "github_pat_", EDGE + r"github_pat_\w{22,255}"),
    Format("gitlab_token", "gl", EDGE + r"gl(?:pat|dt|rtr?|ptt|ft|agent|oas|soat|imt|cbt|ffct|wt)-[\w.-]{18,}"),
    Format("gitlab_token", "GR1348941", EDGE + f"GR1348941{B64U}{{18,}}"),
    Format("slack_token", "xox", EDGE + r"xox[abeoprs][-.][A-Za-z0-9.-]{10,}"),
    Format("slack_token", "xapp-", EDGE + r"xapp-\d-[A-Za-z0-9-]{20,}"),
    Format("slack_webhook", "hooks.slack.com", r"hooks\.slack\.com/(?:services|workflows|triggers)/[\w/+-]{20,}"),
    Format("discord_webhook", "/api/webhooks/", rf"discord(?:app)?\.com/api/webhooks/\d{{10,}}/{B64U}{{30,}}"),
    Format("teams_webhook", "webhook.office.com", r"webhook\.office\.com/webhookb2/[A-Za-z0-9@/_-]{40,}"),
    Format("stripe_key", "k_live_", EDGE + f"[srp]k_live_{B62}{{10,}}"),
    Format("stripe_key", "k_test_", EDGE + f"[sr]k_test_{B62}{{10,}}"),
    Format("webhook_secret", "whsec_", EDGE + r"whsec_[A-Za-z0-9+/]{20,}=*"),
    Format("npm_token", "npm_", EDGE + f"npm_{B62}{{30,}}"),
    Format("pypi_token", "pypi-A", EDGE + f"pypi-A{B64U}{{30,}}"),
    Format("rubygems_key", "rubygems_", EDGE + f"rubygems_{HEX}{{40,}}"),
    Format("cargo_token", "cio", EDGE + f"cio{B62}{{32}}(?![A-Za-z0-9])"),
    Format("nuget_key", "oy2", EDGE + r"oy2[a-z0-9]{43}(?![A-Za-z0-9])"),
    Format("docker_token", "dckr_", EDGE + f"dckr_(?:pat|oat)_{B64U}{{20,}}"),
    *(Format("vault_token", f"hv{kind}.", EDGE + rf"hv{kind}\.{B64U}{{20,}}") for kind in "sbr"),
    Format("terraform_token", ".atlasv1.", rf"{EDGE}{B62}{{10,20}}\.atlasv1\.[A-Za-z0-9_=-]{{40,}}"),
    *(Format("digitalocean_token", f"do{kind}_v1_", EDGE + rf"do{kind}_v1_{HEX}{{60,}}") for kind in "opr"),
    Format("heroku_key", "HRKU-", EDGE + f"HRKU-{B64U}{{30,}}"),
    Format("sendgrid_key", "SG.", EDGE + rf"SG\.{B64U}{{16,32}}\.{B64U}{{16,64}}"),
    Format("mailgun_key", "key-", EDGE + f"key-{HEX}{{32}}(?![A-Za-z0-9])"),
    Format("mailgun_key", "-", EDGE + f"{HEX}{{32}}-{HEX}{{8}}-{HEX}{{8}}(?![A-Za-z0-9-])"),
    Format("brevo_key", "smtpsib-", EDGE + f"xsmtpsib-{HEX}{{64}}-{B62}{{16}}"),
    Format("brevo_key", "xkeysib-", EDGE + f"xkeysib-{HEX}{{64}}-{B62}{{16}}"),
    Format("mailchimp_key", "-us", EDGE + rf"{HEX}{{32}}-us\d{{1,2}}(?![A-Za-z0-9])"),
    Format("twilio_key", "SK", EDGE + f"SK{HEX}{{32}}(?![A-Za-z0-9])"),
    Format("openai_key", "T3BlbkFJ", EDGE + rf"sk-[A-Za-z0-9_-]{{16,}}T3BlbkFJ{B64U}{{16,}}"),
    Format("openai_key", "sk-", EDGE + rf"sk-(?:proj|svcacct|admin|or-v1)-{B64U}{{20,}}"),
    Format("openai_key", "sk-", EDGE + f"sk-{B62}{{32,}}(?![A-Za-z0-9-])"),
    Format("langfuse_key", "sk-lf-", EDGE + f"sk-lf-{UUID}"),
    Format("elevenlabs_key", "sk_", EDGE + f"sk_{HEX}{{48}}(?![A-Za-z0-9])"),
    Format("cerebras_key", "csk-", EDGE + r"csk-[a-z0-9]{40,}"),
    Format("nvidia_key", "nvapi-", EDGE + f"nvapi-{B64U}{{40,}}"),
    Format("pinecone_key", "pcsk_", EDGE + f"pcsk_{B62}{{5,8}}_{B62}{{40,}}"),
    Format("tavily_key", "tvly-", EDGE + f"tvly-(?:dev-|prod-)?{B62}{{20,}}"),
    Format("firecrawl_key", "fc-", EDGE + f"fc-{HEX}{{32}}(?![A-Za-z0-9])"),
    Format("fireworks_key", "fw_", EDGE + r"fw_(?=[A-Za-z]*\d)[A-Za-z0-9]{22,}(?![\w-])"),
    Format("e2b_key", "e2b_", EDGE + f"e2b_{HEX}{{40}}"),
    Format("anthropic_key", "sk-ant-", EDGE + f"sk-ant-{B64U}{{20,}}"),
    Format("huggingface_token", "hf_", EDGE + f"hf_{B62}{{30,}}"),
    Format("groq_key", "gsk_", EDGE + f"gsk_{B62}{{40,}}"),
    Format("replicate_token", "r8_", EDGE + f"r8_{B62}{{30,}}"),
    Format("age_key", "AGE-SECRET-KEY-", r"AGE-SECRET-KEY-(?:PQ-)?1[A-Z0-9]{50,}"),
    Format("newrelic_key", "NRAL", EDGE + f"{HEX}{{36}}NRAL"),
    Format("newrelic_key", "NR", EDGE + r"NR(?:AK|II|JS|IK|RA)-[A-Za-z0-9_-]{20,}"),
    Format("grafana_token", "glsa_", EDGE + f"glsa_{B62}{{20,}}(?:_[0-9a-f]{{8}})?"),
    Format("grafana_token", "glc_", EDGE + r"glc_[A-Za-z0-9+/]{30,}={0,2}"),
    Format("grafana_token", "eyJrIjoi", r"eyJrIjoi[A-Za-z0-9+/]{40,}={0,2}"),
    Format("sentry_token", "sntry", EDGE + r"sntry[su]_[A-Za-z0-9+/=_-]{30,}"),
    Format("linear_key", "lin_oauth_", EDGE + f"lin_oauth_{HEX}{{40,}}"),
    Format("linear_key", "lin_api_", EDGE + f"lin_api_{B62}{{30,}}"),
    Format("notion_token", "ntn_", EDGE + f"ntn_{B62}{{30,}}"),
    Format("notion_token", "secret_", EDGE + f"secret_{B62}{{43}}(?![A-Za-z0-9])"),
    Format("shopify_token", "shp", EDGE + r"shp(?:at|ss|ca|pa)_[a-fA-F0-9]{32}"),
    Format("square_token", "sq0", EDGE + f"sq0(?:atp|csp|idp)-{B64U}{{22,}}"),
    Format("telegram_token", ":AA", rf"(?<!\d)\d{{8,10}}:AA{B64U}{{32,35}}"),
    Format("discord_token", ".", rf"{EDGE}[MNO][A-Za-z0-9_-]{{23,27}}\.[A-Za-z0-9_-]{{6}}\.{B64U}{{27,}}"),
    Format("doppler_token", "dp.", EDGE + r"dp\.(?:pt|st|ct|sa|scim|audit)\.[A-Za-z0-9._-]{30,}"),
    Format("planetscale_token", "pscale_", EDGE + r"pscale_(?:tkn|pw|oauth)_[A-Za-z0-9_=.-]{30,}"),
    Format("supabase_token", "sbp_", EDGE + f"sbp_{HEX}{{40,}}"),
    Format("supabase_key", "sb_secret_", EDGE + f"sb_secret_{B64U}{{20,}}"),
    Format("fly_token", "fm", EDGE + r"fm[12]\w?_[A-Za-z0-9+/=_-]{60,}"),
    Format("fly_token", "fo1_", EDGE + f"fo1_{B64U}{{40,}}"),
    Format("netlify_token", "nfp_", EDGE + f"nfp_{B62}{{30,}}"),
    *(Format("cloudflare_key", f"{kind}_", EDGE + f"{kind}_{B62}{{40,60}}") for kind in ("cfk", "cfut", "cfat")),
    Format("cloudflare_key", "v1.0-", EDGE + rf"v1\.0-{HEX}{{24}}-{HEX}{{100,}}"),
    Format("pulumi_token", "pul-", EDGE + f"pul-{HEX}{{40}}"),
    Format("databricks_token", "dapi", EDGE + rf"dapi{HEX}{{32}}(?:-\d)?"),
    Format("postman_key", "PMAK-", EDGE + f"PMAK-{HEX}{{20,}}-{HEX}{{30,}}"),
    Format("airtable_token", "pat", EDGE + rf"pat{B62}{{14}}\.{HEX}{{64}}"),
    Format("atlassian_token", "AT", EDGE + r"AT(?:ATT3|CTT3|STT3)[A-Za-z0-9_=-]{40,}"),
    Format("bitbucket_token", "ATBB", EDGE + f"ATBB{B62}{{28,}}"),
    Format("artifactory_key", "AKCp", EDGE + f"AKCp{B62}{{60,}}"),
    Format("sonar_token", "sq", EDGE + f"sq[pua]_{HEX}{{40}}"),
    Format("dynatrace_token", "dt0c01.", EDGE + r"dt0[a-z]\d\d\.[A-Z0-9]{20,}\.[A-Z0-9]{60,}"),
    Format("tailscale_key", "tskey-", EDGE + r"tskey-[a-z]+-[A-Za-z0-9-]{16,}"),
    Format("onepassword_token", "ops_eyJ", EDGE + r"ops_eyJ[A-Za-z0-9+/=_-]{40,}"),
    Format("facebook_token", "EAA", EDGE + f"EAA{B62}{{90,}}"),
    Format("swarm_token", "SWMTKN-", r"SWMTKN-1-[a-z0-9]{40,}-[a-z0-9]{20,}"),
    Format("swarm_token", "SWMKEY-", r"SWMKEY-1-[A-Za-z0-9+/=_-]{30,}"),
    Format("k3s_token", "K10", EDGE + rf"K10{HEX}{{40,}}::[\w:.-]{{10,}}"),
    Format("openssh_private_key", "b3BlbnNzaC1rZXktdjE", r"b3BlbnNzaC1rZXktdjE[A-Za-z0-9+/=\\nr]{20,}"),
    Format("alibaba_key", "LTAI", EDGE + f"LTAI{B62}{{12,30}}(?![A-Za-z0-9])"),
    Format("tencent_key", "AKID", EDGE + f"AKID{B62}{{28,}}"),
    Format("spaces_key", "DO00", EDGE + r"DO00[A-Z0-9]{16}(?![A-Za-z0-9])"),
    Format("scaleway_key", "SCW", EDGE + r"SCW[A-Z0-9]{17}(?![A-Za-z0-9])"),
    Format("aiven_password", "AVNS_", EDGE + f"AVNS_{B64U}{{16,}}"),
    Format("neon_key", "napi_", EDGE + f"napi_{B62}{{40,}}"),
    Format("render_key", "rnd_", EDGE + f"rnd_{B62}{{20,}}"),
    Format("vercel_token", "vc", EDGE + f"vc[piark]_{B62}{{24,}}"),
    Format("resend_key", "re_", EDGE + f"re_{B62}{{8}}_{B62}{{16,}}"),
    Format("xai_key", "xai-", EDGE + f"xai-{B62}{{40,}}"),
    Format("perplexity_key", "pplx-", EDGE + f"pplx-{B62}{{30,}}"),
    Format("langsmith_key", "lsv2_", EDGE + f"lsv2_(?:pt|sk)_{HEX}{{32}}_{HEX}{{10}}"),
    Format("figma_token", "figd_", EDGE + f"figd_{B64U}{{30,}}"),
    Format("contentful_token", "CFPAT-", EDGE + f"CFPAT-{B64U}{{30,}}"),
    Format("sourcegraph_token", "sgp_", EDGE + r"sgp_(?:[a-f0-9]{16}_|local_)?[a-f0-9]{40}"),
    Format("honeycomb_key", "hca", EDGE + r"hca[a-z]{2}_[a-z0-9]{50,}"),
    Format("honeycomb_key", "hcxik_", EDGE + r"hcx(?:ik|lk|mk)_[a-z0-9]{50,}"),
    Format("segment_token", "sgp_", EDGE + f"sgp_{B62}{{64}}(?![A-Za-z0-9])"),
    Format("infracost_key", "ico-", EDGE + f"ico-{B62}{{30,}}"),
    Format("prefect_token", "pnu_", EDGE + f"pnu_{B62}{{30,}}"),
    Format("hubspot_token", "pat-", EDGE + r"pat-[a-z]{2}\d-[0-9a-fA-F]{8}-(?:[0-9a-fA-F]{4}-){3}[0-9a-fA-F]{12}"),
    Format("launchdarkly_key", "sdk-", EDGE + r"(?:sdk|api)-[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}"),
    Format("dropbox_token", "sl.", EDGE + r"sl\.(?:u\.)?[A-Za-z0-9_-]{100,}"),
    Format("mapbox_token", "sk.eyJ", EDGE + r"sk\.eyJ[A-Za-z0-9_-]{20,}\.[A-Za-z0-9_-]{16,}"),
    Format("yandex_key", "AQVN", EDGE + f"AQVN{B64U}{{30,}}"),
    Format("circleci_token", "CCIP", EDGE + r"CCIP(?:AT|RJ)_\w{30,}"),
    Format("octopus_key", "API-", EDGE + r"API-[A-Z0-9]{25,}(?![A-Za-z0-9-])"),
    Format("harness_token", "pat.", EDGE + rf"[ps]at\.{B64U}{{20,24}}\.{HEX}{{24}}\.{B62}{{20}}"),
    Format("dbt_token", "dbt", EDGE + r"dbt[cu]_[A-Za-z0-9+/=_-]{30,}"),
    Format("infisical_token", "st.", EDGE + rf"st\.{HEX}{{24}}\.{HEX}{{32}}\.{HEX}{{32}}"),
    Format("onepassword_secret_key", "A3-", EDGE + r"A3-[A-Z0-9]{6}-[A-Z0-9]{6}-?(?:[A-Z0-9]{5}-){3}[A-Z0-9]{5}"),
    Format("posthog_key", "phx_", EDGE + f"phx_{B62}{{30,}}"),
    Format("atlas_service_account", "mdb_sa_sk_", EDGE + f"mdb_sa_sk_{B64U}{{30,}}"),
    Format("typeform_token", "tfp_", EDGE + r"tfp_[\w.=-]{40,}"),
    Format("paypal_token", "access_token$", r"access_token\$(?:production|sandbox)\$[a-z0-9]{12,}\$[0-9a-f]{32}"),
    Format("plaid_token", "access-", EDGE + f"access-(?:production|development|sandbox)-{UUID}"),
    Format("razorpay_key", "rzp_", EDGE + f"rzp_(?:live|test)_{B62}{{14}}"),
    Format("flutterwave_key", "FLWSECK", EDGE + r"FLWSECK(?:_TEST)?-[0-9a-zA-Z]{12,}-X"),
    Format("live_key", "live_", EDGE + r"(?:shippo_|duffel_)?live_[A-Za-z0-9]{30,}(?![\w-])"),
    Format("frameio_token", "fio-u-", EDGE + f"fio-u-{B64U}{{60,}}"),
    Format("instagram_token", "IGQ", EDGE + f"IGQ{B64U}{{90,}}"),
    Format("twitch_token", "oauth:", EDGE + r"oauth:[a-z0-9]{30}(?![A-Za-z0-9])"),
    Format("readme_key", "rdme_", EDGE + r"rdme_[a-z0-9]{60,}"),
    Format("buildkite_token", "bkua_", EDGE + f"bkua_{HEX}{{40}}"),
    Format("private_key", "IBA", r"MI[IG][A-Za-z0-9+/]{2,4}IBA(?:AK|DAN)[A-Za-z0-9+/=\\nr]{40,}"),
    Format("private_key", "AgEAM", r"MIG[A-Za-z0-9+/]AgEAM[A-Za-z0-9+/=\\nr]{40,}"),
    Format("private_key", "MHcCAQEE", r"MHcCAQEE[A-Za-z0-9+/=\\nr]{40,}"),
    Format("private_key", "MC4CAQAw", r"MC4CAQAw[A-Za-z0-9+/=\\nr]{40,}"),
    Format("jwt", "eyJ", EDGE + rf"eyJ{B64U}{{8,}}(?:\.[A-Za-z0-9_-]*){{2,4}}"),
    Format(
        "password_hash", "$", r"\$(?:[1567y]|2[abxy]?|apr1|argon2(?:id|i|d)|scrypt|pbkdf2[a-z0-9-]*)\$[\w./+=,$-]{16,}"
    ),
    Format("unix_legacy_vault_token", "s.", r"(?<![\w.])s\.(?=\w*\d)(?=\w*[A-Z])" + B62 + "{24}(?![A-Za-z0-9])"),
)  # fmt: skip

PRIVATE_KEY = re.compile(
    r"-----BEGIN ((?:[A-Z0-9]+ ){0,4}PRIVATE KEY(?: BLOCK)?)-----"
    r"(?:(?:(?!-----BEGIN )[\s\S]){0,40000}?-----END \1-----"
    # Cut off before its end: every line that looks like its body, and what stands at the very end.
    r"|(?:(?:\s|\\[nr])*(?:[A-Za-z-]+: [^\n]{0,200}\n|[A-Za-z0-9+/=]{24,}))*(?:(?:\s|\\[nr])*[A-Za-z0-9+/=]{1,80}\Z)?)"
    r"|---- BEGIN SSH2 ENCRYPTED PRIVATE KEY ----[\s\S]{0,20000}?(?:---- END SSH2 ENCRYPTED PRIVATE KEY ----|\Z)"
    r"|PuTTY-User-Key-File-\d[\s\S]{0,20000}?(?:Private-MAC: ?[0-9a-f]+|\Z)"
)
PUBLIC_BLOCK = re.compile(
    r"-----BEGIN (CERTIFICATE|(?:[A-Z]+ )?PUBLIC KEY(?: BLOCK)?|CERTIFICATE REQUEST|X509 CRL|PGP SIGNATURE)-----"
    r"[\s\S]{0,40000}?-----END \1-----"
)


@cache
def compiled() -> tuple[tuple[str, str, re.Pattern[str]], ...]:
    """The table as `(rule, hint, pattern)`, compiled when it is first needed."""
    return tuple((each.rule, each.hint, re.compile(each.pattern)) for each in FORMATS)


# Hosts and common words: the scanner looks for these by themselves.
ELSEWHERE = (
    "hooks.slack.com",
    "webhook.office.com",
    "/api/webhooks/",
    "1//0",
    "pat",
    "secret_",
    ":AA",
    "v1.0-",
    "Q~",
    "$",
    ".",
)


@cache
def telling_hints() -> tuple[str, ...]:
    """The hints that tell a token of a known format from other long tokens."""
    # Two-letter hints are spelled out: alone they would make half of all words suspect.
    spelled = {
        "glpat-", "gldt-", "glrt-", "glrtr-", "glptt-", "glft-", "glagent-", "gloas-", "glsoat-", "glimt-", "glcbt-",
        "glffct-", "glwt-",
        *(f"NR{kind}-" for kind in ["AK", "II", "JS", "IK", "RA"]),
        *(f"AT{kind}" for kind in ["ATT3", "CTT3", "STT3"]),
        *(f"SK{digit}" for digit in "0123456789abcdef"),
        "sqp_", "squ_", "sqa_", "fm1", "fm2", "vcp_", "vci_", "vca_", "vcr_", "vck_",
    }  # fmt: skip
    own = {each.hint for each in FORMATS if each.hint not in ELSEWHERE and len(each.hint) > 2}
    return tuple(sorted(own | spelled))
