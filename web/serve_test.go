package web

import (
	"context"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/fstest"
)

var page = fstest.MapFS{"index.html": {Data: []byte("<!doctype html>")}, "main.js": {Data: []byte("export {};")}}

func TestFilesAreServedWithTheHeadersThatThePageCannotState(t *testing.T) {
	for path, want := range map[string]string{"/": "text/html", "/main.js": "text/javascript"} {
		w := httptest.NewRecorder()
		Handler(page).ServeHTTP(w, httptest.NewRequest(http.MethodGet, path, nil))
		h := w.Header()
		if w.Code != http.StatusOK || !strings.HasPrefix(h.Get("Content-Type"), want) {
			t.Errorf("%s: %d %s", path, w.Code, h.Get("Content-Type"))
		}
		if h.Get("Content-Security-Policy") != "frame-ancestors 'none'" || h.Get("X-Content-Type-Options") != "nosniff" || h.Get("Referrer-Policy") != "no-referrer" {
			t.Errorf("%s: headers %v", path, h)
		}
	}
}

func TestNothingCanBeSentToTheServer(t *testing.T) {
	w := httptest.NewRecorder()
	Handler(page).ServeHTTP(w, httptest.NewRequest(http.MethodPost, "/", strings.NewReader("a log")))
	if w.Code != http.StatusMethodNotAllowed {
		t.Errorf("a log that is posted gives %d", w.Code)
	}
}

func TestServeEndsWithItsContext(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(t.Context())
	done := make(chan error)
	go func() { done <- Serve(ctx, l, page) }()
	response, err := http.Get("http://" + l.Addr().String() + "/main.js")
	if err != nil {
		t.Fatal(err)
	}
	body, err := io.ReadAll(response.Body)
	response.Body.Close()
	if err != nil || string(body) != "export {};" {
		t.Errorf("main.js is %q, %v", body, err)
	}
	stop()
	if err := <-done; err != nil {
		t.Errorf("Serve ends with %v", err)
	}
}
