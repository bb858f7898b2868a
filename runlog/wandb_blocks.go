package runlog

import (
	"encoding/binary"
	"hash/crc32"
)

// A .wandb file is LevelDB's log of records (wandb/wandb, wandb/sdk/internal/datastore.py, core/pkg/leveldb/record.go): a header of
// ":W&B", 0xBEE1 little-endian and a version, then blocks of 32 KiB, the header counted in the first. A block holds chunks of a
// CRC-32, a length, a type and data, and at its end zeros where no chunk's header fits. Unlike LevelDB's, the CRC is that of
// zip and PNG, over type and data, not masked.
const (
	wandbHead        = ":W&B\xe1\xbe\x00"
	wandbBlock       = 32 << 10
	wandbChunk       = 7 // bytes of a chunk's header
	chunkFull   byte = 1
	chunkFirst  byte = 2
	chunkMiddle      = 3
	chunkLast        = 4
)

// blockRecord is a record put together from its chunks.
type blockRecord struct {
	offset int64 // of the first chunk's header
	data   []byte
	parts  []blockPart // where the data stands in the file
}

// blockPart says that the data from at on stands at an offset of the file.
type blockPart struct {
	at     int
	offset int64
}

// place is where bytes of the record stand in the file: of those that a block's end splits, the first part.
func (r *blockRecord) place(lo, hi int) (offset int64, length int) {
	for i := len(r.parts) - 1; i >= 0; i-- {
		p := r.parts[i]
		if lo < p.at {
			continue
		}
		if i+1 < len(r.parts) && hi > r.parts[i+1].at {
			hi = r.parts[i+1].at
		}
		return p.offset + int64(lo-p.at), hi - lo
	}
	return r.offset, 0
}

// blockReader reads the records of a .wandb file. Its memory is used again from record to record.
type blockReader struct {
	data   []byte
	pos    int
	found  *problems
	record blockRecord
	joined []byte
}

// next reads the record at the position or after it; false at the end. A damaged chunk costs the rest of its block, as in
// LevelDB; a record that the file ends in is left out.
func (b *blockReader) next() bool {
	r := &b.record
	open := false
	for {
		left := wandbBlock - b.pos%wandbBlock
		if left < wandbChunk {
			b.pos += left
			continue
		}
		if b.pos >= len(b.data) {
			if open {
				b.truncated(r.offset)
			}
			return false
		}
		if b.pos+wandbChunk > len(b.data) {
			b.truncated(int64(b.pos))
			return false
		}
		head := b.data[b.pos:]
		length, kind := int(binary.LittleEndian.Uint16(head[4:])), head[6]
		switch end := b.pos + wandbChunk + length; {
		case wandbChunk+length > left || kind < chunkFull || kind > chunkLast:
			b.damaged(left)
			open = false
			continue
		case end > len(b.data):
			b.truncated(int64(b.pos))
			b.pos = len(b.data)
			return false
		case crc32.ChecksumIEEE(b.data[b.pos+6:end]) != binary.LittleEndian.Uint32(head):
			b.damaged(left)
			open = false
			continue
		}
		at, data := b.pos, b.data[b.pos+wandbChunk:b.pos+wandbChunk+length]
		offset := int64(at + wandbChunk)
		b.pos = at + wandbChunk + length
		first := kind == chunkFull || kind == chunkFirst
		if first == open { // a first chunk inside a record, or a later one outside
			b.found.add(ProblemSyntax, "a part of a record without the rest; it is left out", int64(at), wandbChunk+length, noPath)
		}
		switch {
		case first:
			r.offset, r.data, r.parts = int64(at), data, append(r.parts[:0], blockPart{0, offset})
			if open = kind == chunkFirst; open {
				b.joined = append(b.joined[:0], data...)
			}
		case open:
			r.parts = append(r.parts, blockPart{len(b.joined), offset})
			b.joined = append(b.joined, data...)
			r.data = b.joined
		default:
			continue
		}
		if kind == chunkFull || open && kind == chunkLast {
			return true
		}
	}
}

func (b *blockReader) damaged(left int) {
	left = min(left, len(b.data)-b.pos)
	b.found.add(ProblemSyntax, "a damaged block: its checksum or length is wrong; the rest of the block is left out", int64(b.pos), left, noPath)
	b.pos += wandbBlock - b.pos%wandbBlock
}

func (b *blockReader) truncated(at int64) {
	b.found.add(ProblemTruncated, "the file ends inside a record, as it does while a run goes on; everything complete before is read", at, len(b.data)-int(at), noPath)
}
