package runlog

import (
	"encoding/binary"
	"hash/crc32"
	"strings"
)

// A writer of .wandb files after wandb/sdk/internal/datastore.py and wandb/proto/wandb_internal.proto, for tests.

// pb is a protobuf field of bytes.
func pb(number int, data string) string {
	head := binary.AppendUvarint(nil, uint64(number)<<3|2)
	return string(binary.AppendUvarint(head, uint64(len(data)))) + data
}

// pbNumber is a protobuf field of a number.
func pbNumber(number int, v uint64) string {
	return string(binary.AppendUvarint(binary.AppendUvarint(nil, uint64(number)<<3), v))
}

// wbItem is an item of a history, a summary or a configuration: "loss=2.5", or "train.loss=2.5" with a key of two parts.
func wbItem(number int, text string) string {
	key, value, _ := strings.Cut(text, "=")
	item := pb(1, key)
	if parts := strings.Split(key, "."); len(parts) > 1 {
		item = ""
		for _, p := range parts {
			item += pb(2, p)
		}
	}
	return pb(number, item+pb(16, value))
}

func wbItems(items ...string) string {
	var b strings.Builder
	for _, i := range items {
		b.WriteString(wbItem(1, i))
	}
	return b.String()
}

func wbHistory(items ...string) string { return pbNumber(1, 7) + pb(2, wbItems(items...)) }

// wbFile frames records as the writer does: into chunks of blocks of 32 KiB, the first of which holds the header.
func wbFile(records ...string) []byte {
	out := []byte(":W&B\xe1\xbe\x00")
	chunk := func(kind byte, data string) {
		sum := crc32.Update(crc32.ChecksumIEEE([]byte{kind}), crc32.IEEETable, []byte(data))
		out = binary.LittleEndian.AppendUint32(out, sum)
		out = binary.LittleEndian.AppendUint16(out, uint16(len(data)))
		out = append(append(out, kind), data...)
	}
	for _, r := range records {
		left := 32768 - len(out)%32768
		if left < 7 {
			out = append(out, make([]byte, left)...)
			left = 32768
		}
		if len(r)+7 <= left {
			chunk(1, r)
			continue
		}
		chunk(2, r[:left-7])
		for r = r[left-7:]; len(r) > 32768-7; r = r[32768-7:] {
			chunk(3, r[:32768-7])
		}
		chunk(4, r)
	}
	return out
}
