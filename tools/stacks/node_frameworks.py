"""What each JavaScript framework is known by, and what follows from using it. A table: data, not code."""

from dataclasses import dataclass
from typing import Literal

from tools.project import Kind

Role = Literal["meta", "server", "spa", "site", "bot", "desktop", "mobile"]
"""meta: renders on a server or exports a site; server: HTTP only; spa: a bundle; site: static pages."""


@dataclass(frozen=True)
class Framework:
    """A framework: the packages that show it and its conventions."""

    name: str
    packages: tuple[str, ...]
    role: Role
    port: int | None = None
    start: str | None = None
    """What serves the build when no script does; a program of the package unless it starts with `node `."""
    build: str | None = None
    output: str | None = None

    @property
    def kind(self) -> Kind | None:
        """What a component with this framework is, before anything more is known."""
        kinds: dict[Role, Kind] = {
            "meta": "service",
            "server": "service",
            "spa": "static",
            "site": "static",
            "bot": "worker",
        }
        return kinds.get(self.role)


# First match wins: what is built on another comes first.
FRAMEWORKS: tuple[Framework, ...] = (
    Framework("next", ("next",), "meta", 3000, "next start", "next build", "out"),
    Framework("nuxt", ("nuxt", "nuxt3", "nuxt-edge"), "meta", 3000, "node .output/server/index.mjs", "nuxt build", ".output/public"),  # noqa: E501
    Framework("react-router", ("@react-router/dev",), "meta", 3000, "react-router-serve ./build/server/index.js", "react-router build", "build/client"),  # noqa: E501
    Framework("remix", ("@remix-run/dev", "@remix-run/node", "@remix-run/serve"), "meta", 3000, "remix-serve ./build/server/index.js", "remix vite:build", "build/client"),  # noqa: E501
    Framework("tanstack-start", ("@tanstack/react-start", "@tanstack/solid-start", "@tanstack/start"), "meta", 3000, "node .output/server/index.mjs", "vite build", ".output/public"),  # noqa: E501
    Framework("solid-start", ("@solidjs/start", "solid-start"), "meta", 3000, "node .output/server/index.mjs", "vinxi build", ".output/public"),  # noqa: E501
    Framework("sveltekit", ("@sveltejs/kit",), "meta", 3000, None, "vite build", "build"),
    Framework("astro", ("astro",), "site", 4321, None, "astro build", "dist"),
    Framework("redwood", ("@redwoodjs/core",), "meta", 8910, "redwood serve", "redwood build"),
    Framework("keystone", ("@keystone-6/core",), "server", 3000, "keystone start", "keystone build"),
    Framework("strapi", ("@strapi/strapi", "strapi"), "server", 1337, "strapi start", "strapi build"),
    Framework("payload", ("payload",), "server", 3000),
    Framework("directus", ("directus",), "server", 8055, "directus start"),
    Framework("gatsby", ("gatsby",), "site", None, None, "gatsby build", "public"),
    Framework("docusaurus", ("@docusaurus/core",), "site", None, None, "docusaurus build", "build"),
    Framework("vitepress", ("vitepress",), "site", None, None, "vitepress build", ".vitepress/dist"),
    Framework("vuepress", ("vuepress",), "site", None, None, "vuepress build", ".vuepress/dist"),
    Framework("eleventy", ("@11ty/eleventy",), "site", None, None, "eleventy", "_site"),
    Framework("hexo", ("hexo",), "site", None, None, "hexo generate", "public"),
    Framework("nestjs", ("@nestjs/core",), "server", 3000, "node dist/main", "nest build"),
    Framework("adonisjs", ("@adonisjs/core",), "server", 3333, "node build/bin/server.js", "node ace build"),
    Framework("loopback", ("@loopback/core", "loopback"), "server", 3000),
    Framework("feathers", ("@feathersjs/feathers",), "server", 3030),
    Framework("moleculer", ("moleculer",), "server", None),
    Framework("sails", ("sails",), "server", 1337),
    Framework("meteor", ("meteor-node-stubs",), "server", 3000),
    Framework("fastify", ("fastify",), "server", 3000),
    Framework("hapi", ("@hapi/hapi", "hapi"), "server", None),
    Framework("hono", ("hono",), "server", 3000),
    Framework("elysia", ("elysia",), "server", 3000),
    Framework("koa", ("koa",), "server", None),
    Framework("restify", ("restify",), "server", None),
    Framework("polka", ("polka",), "server", None),
    Framework("express", ("express",), "server", None),
    Framework("apollo", ("@apollo/server", "apollo-server"), "server", 4000),
    Framework("graphql-yoga", ("graphql-yoga",), "server", 4000),
    Framework("grpc", ("@grpc/grpc-js", "grpc"), "server", None),
    Framework("socket.io", ("socket.io",), "server", None),
    Framework("ws", ("ws",), "server", None),
    Framework("discord.js", ("discord.js",), "bot"),
    Framework("telegraf", ("telegraf", "grammy"), "bot"),
    Framework("electron", ("electron",), "desktop"),
    Framework("expo", ("expo",), "mobile"),
    Framework("react-native", ("react-native",), "mobile"),
    Framework("angular", ("@angular/core",), "spa", None, None, "ng build", "dist"),
    Framework("create-react-app", ("react-scripts",), "spa", None, None, "react-scripts build", "build"),
    Framework("vue-cli", ("@vue/cli-service",), "spa", None, None, "vue-cli-service build", "dist"),
    Framework("ember", ("ember-source",), "spa", None, None, "ember build", "dist"),
    Framework("qwik", ("@builder.io/qwik-city", "@qwik.dev/router"), "spa", None, None, "vite build", "dist"),
    Framework("quasar", ("@quasar/app-vite", "@quasar/app-webpack"), "spa", None, None, "quasar build", "dist/spa"),
    Framework("vite", ("vite", "rolldown-vite"), "spa", None, None, "vite build", "dist"),
    Framework("rsbuild", ("@rsbuild/core",), "spa", None, None, "rsbuild build", "dist"),
    Framework("parcel", ("parcel", "parcel-bundler"), "spa", None, None, "parcel build", "dist"),
    Framework("webpack", ("webpack",), "spa", None, None, "webpack --mode production", "dist"),
)  # fmt: skip

# Packages that make a bundle a page rather than a toolchain.
VIEWS = ("react-dom", "vue", "svelte", "preact", "solid-js", "lit", "@angular/core", "alpinejs", "three", "phaser")
