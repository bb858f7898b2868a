package runlog

import (
	"bytes"
	"compress/gzip"
	"errors"
	"fmt"
	"io"

	"github.com/klauspost/compress/zstd"
)

// What compressed input may grow to: maxDecompressed in all, and no more than maxRatio times its size unless that is less than
// freeRatio bytes. Logs shrink by 5 to 100; the formats allow 1032 (deflate) and 32,768 and more (Zstandard, RFC 8878).
const (
	maxDecompressed = 8 << 30
	maxRatio        = 400
	freeRatio       = 256 << 20
)

// compression is a way to compress whole files, known by its first bytes.
type compression struct {
	name  string
	magic string
	open  func(io.Reader) (io.Reader, func(), error)
}

// compressions: RFC 1952 for gzip (with the deflate method, the only one there is), RFC 8878 for Zstandard. Both allow one
// member after another.
var compressions = []compression{
	{"gzip", "\x1f\x8b\x08", func(r io.Reader) (io.Reader, func(), error) {
		z, err := gzip.NewReader(r)
		return z, func() {}, err
	}},
	{"Zstandard", "\x28\xb5\x2f\xfd", func(r io.Reader) (io.Reader, func(), error) {
		z, err := zstd.NewReader(r, zstd.WithDecoderConcurrency(1), zstd.WithDecoderLowmem(true), zstd.WithDecoderMaxWindow(1<<27))
		if err != nil {
			return nil, func() {}, err
		}
		return z, z.Close, nil
	}},
}

// compressionOf is how data is compressed.
func compressionOf(data []byte) (compression, bool) {
	for _, c := range compressions {
		if bytes.HasPrefix(data, []byte(c.magic)) {
			return c, true
		}
	}
	return compression{}, false
}

// errTooLarge says that compressed input holds more than is read.
var errTooLarge = errors.New("too large")

// mayHold is how many bytes compressed data of a size may hold.
func mayHold(size int) int64 {
	return min(maxDecompressed, max(freeRatio, int64(size)*maxRatio))
}

// decompress returns what data holds, at most limit bytes. Where it is damaged or cut off, what could be read is returned with
// an error; with errTooLarge nothing is.
func (c compression) decompress(data []byte, limit int64) ([]byte, error) {
	r, done, err := c.open(bytes.NewReader(data))
	if err != nil {
		return nil, fmt.Errorf("%s that cannot be read: %w", c.name, err)
	}
	defer done()
	var out bytes.Buffer
	n, err := io.Copy(&out, io.LimitReader(r, limit+1))
	if n > limit {
		return nil, fmt.Errorf("%s of %d bytes that hold more than %d; decompress it yourself to audit it: %w", c.name, len(data), limit, errTooLarge)
	}
	return out.Bytes(), err
}

// beginning is the first bytes that data holds, as many as Sniff looks at.
func (c compression) beginning(data []byte) []byte {
	r, done, err := c.open(bytes.NewReader(data))
	if err != nil {
		return nil
	}
	defer done()
	head := make([]byte, sniffed)
	n, _ := io.ReadFull(r, head) // the data may be cut off anywhere
	return head[:n]
}
