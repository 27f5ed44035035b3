package api

import "github.com/go-chi/chi/v5"

func Router() {
	r := chi.NewRouter()
	r.Get("/healthz", h)
	r.Route("/api", func(r chi.Router) {
		r.Get("/ready", x)
	})
}
