package web

import (
	"context"
	"errors"
	"io/fs"
	"net"
	"net/http"
	"path"
	"time"
)

// types are the media types of the page's files: what the system thinks of their endings is not asked.
var types = map[string]string{".html": "text/html; charset=utf-8", ".js": "text/javascript; charset=utf-8", ".css": "text/css; charset=utf-8"}

// Handler serves the files of a page. The page states its content security policy itself; what only a header can say is added.
func Handler(page fs.FS) http.Handler {
	files := http.FileServerFS(page)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method != http.MethodGet && r.Method != http.MethodHead {
			http.Error(w, "this serves files: nothing can be sent to it", http.StatusMethodNotAllowed)
			return
		}
		h := w.Header()
		h.Set("Content-Security-Policy", "frame-ancestors 'none'")
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("Referrer-Policy", "no-referrer")
		h.Set("Cache-Control", "no-cache")
		if t, ok := types[path.Ext(r.URL.Path)]; ok {
			h.Set("Content-Type", t)
		}
		files.ServeHTTP(w, r)
	})
}

// Serve serves the page until ctx is done.
func Serve(ctx context.Context, l net.Listener, page fs.FS) error {
	server := &http.Server{Handler: Handler(page), ReadHeaderTimeout: 10 * time.Second}
	stopped := context.AfterFunc(ctx, func() { _ = server.Close() })
	defer stopped()
	if err := server.Serve(l); !errors.Is(err, http.ErrServerClosed) {
		return err
	}
	return nil
}
