package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"os"
	"os/signal"
	"path/filepath"
	"strconv"

	"github.com/spf13/cobra"

	"github.com/mfu-audit/mfu-audit/web"
)

// pageFolder is where `go run ./web/build` writes the page, from the root of a checkout.
const pageFolder = "web/dist"

// web serves the page on this machine alone.
func (c *Command) web() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "web",
		Short: "Serve the page that audits in the browser, on this machine alone",
		Long: `Serve the page that audits in the browser, at an address that only this machine reaches. Nothing is sent to this
server but the requests for the page's files: the audit runs in the browser.

The page is built by

  go run ./web/build                                                      in a checkout, to web/dist
  go run github.com/mfu-audit/mfu-audit/web/build@latest --dir PAGE       anywhere else

and is part of programs that were built with -tags page after that.`,
		Example: "  mfu-audit web\n  mfu-audit web --dir PAGE --port 8000",
		Args:    exactly(0, "no argument"),
	}
	dir := cmd.Flags().String("dir", "", "`folder` that holds the page (default: the program's own, else web/dist)")
	port := cmd.Flags().Uint16("port", 8317, "`number` of the port; 0 takes a free one")
	cmd.RunE = func(cmd *cobra.Command, _ []string) error {
		page, err := findPage(*dir)
		if err != nil {
			return err
		}
		l, err := net.Listen("tcp", net.JoinHostPort("localhost", strconv.Itoa(int(*port))))
		if err != nil {
			return incomplete(err)
		}
		ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
		defer stop()
		fmt.Fprintf(c.Stdout, "http://localhost:%d/\n", l.Addr().(*net.TCPAddr).Port)
		fmt.Fprintln(c.Stderr, "mfu-audit: serving the page; end with Ctrl-C")
		return incomplete(web.Serve(ctx, l, page))
	}
	return cmd
}

// findPage is the built page: in the folder that the user names, in the program, or where a checkout has it.
func findPage(dir string) (fs.FS, error) {
	if built, ok := web.Built(); ok && dir == "" {
		return built, nil
	}
	named := dir != ""
	if !named {
		dir = filepath.FromSlash(pageFolder)
	}
	switch _, err := os.Stat(filepath.Join(dir, "program.js")); {
	case err == nil:
		return os.DirFS(dir), nil
	case !errors.Is(err, os.ErrNotExist):
		return nil, incomplete(err)
	case named:
		return nil, usage("--dir %s: holds no page; build one with: go run github.com/mfu-audit/mfu-audit/web/build@latest --dir %s", filepath.ToSlash(dir), filepath.ToSlash(dir))
	}
	return nil, usage("there is no page here. In a checkout, build it with: go run ./web/build\nAnywhere else: go run github.com/mfu-audit/mfu-audit/web/build@latest --dir PAGE, then mfu-audit web --dir PAGE")
}
