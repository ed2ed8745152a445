package exports

import (
	"bytes"
	"io"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/unicode"
	"golang.org/x/text/transform"
)

// Encoding is how a file writes its characters.
type Encoding string

// The encodings. GBK is read and written as GB18030, which holds it.
const (
	UTF8    Encoding = "utf-8"
	UTF16LE Encoding = "utf-16le"
	UTF16BE Encoding = "utf-16be"
	GB18030 Encoding = "gb18030"
)

// Encodings lists the encodings in the order in which they are offered.
func Encodings() []Encoding { return []Encoding{UTF8, GB18030, UTF16LE, UTF16BE} }

// EncodingNamed finds an encoding by one of its usual names, in any case.
func EncodingNamed(name string) (e Encoding, ok bool) {
	switch strings.NewReplacer("-", "", "_", "").Replace(strings.ToLower(name)) {
	case "utf8", "utf8bom", "utf8sig":
		return UTF8, true
	case "utf16", "utf16le":
		return UTF16LE, true
	case "utf16be":
		return UTF16BE, true
	case "gb18030", "gbk", "gb2312", "cp936":
		return GB18030, true
	}
	return "", false
}

// table gives the conversion of an encoding, nil for UTF-8, which needs none.
func (e Encoding) table() encoding.Encoding {
	switch e {
	case UTF16LE:
		return unicode.UTF16(unicode.LittleEndian, unicode.IgnoreBOM)
	case UTF16BE:
		return unicode.UTF16(unicode.BigEndian, unicode.IgnoreBOM)
	case GB18030:
		return simplifiedchinese.GB18030
	}
	return nil
}

// bom gives the byte order mark of an encoding, nil when it has none.
func (e Encoding) bom() []byte {
	switch e {
	case UTF8:
		return []byte("\xEF\xBB\xBF")
	case UTF16LE:
		return []byte("\xFF\xFE")
	case UTF16BE:
		return []byte("\xFE\xFF")
	}
	return nil
}

// decode turns what r gives into UTF-8. Bytes that are not of the encoding become
// U+FFFD, but in UTF-8 they stay as they are.
func (e Encoding) decode(r io.Reader) io.Reader {
	if t := e.table(); t != nil {
		return transform.NewReader(r, t.NewDecoder())
	}
	return r
}

// encode turns UTF-8 written to it into the encoding for w.
func (e Encoding) encode(w io.Writer) io.WriteCloser {
	if t := e.table(); t != nil {
		return transform.NewWriter(w, t.NewEncoder())
	}
	return unchanged{w}
}

type unchanged struct{ io.Writer }

func (unchanged) Close() error { return nil }

// sound says whether a decoded row has nothing that its encoding could not hold.
func (e Encoding) sound(row string) bool {
	if e == UTF8 {
		return utf8.ValidString(row)
	}
	return !strings.ContainsRune(row, utf8.RuneError)
}

// recogniseEncoding looks at the beginning of a file. why is a word for the report;
// a text cut off in the middle of a character is no fault. "" means: none fits.
func recogniseEncoding(head []byte) (e Encoding, bom bool, why string) {
	for _, e := range []Encoding{UTF8, UTF16LE, UTF16BE} {
		if bytes.HasPrefix(head, e.bom()) {
			return e, true, "bom"
		}
	}
	if bytes.IndexByte(head, 0) >= 0 {
		return recogniseUTF16(head)
	}
	if validPrefix(head) {
		return UTF8, false, "valid_utf8"
	}
	if validGB18030(head) {
		return GB18030, false, "valid_gb18030"
	}
	return "", false, ""
}

// validPrefix says whether head is UTF-8 but for a last character cut off.
func validPrefix(head []byte) bool {
	for cut := range min(utf8.UTFMax, len(head)+1) {
		if utf8.Valid(head[:len(head)-cut]) {
			return cut == 0 || !utf8.FullRune(head[len(head)-cut:])
		}
	}
	return false
}

// recogniseUTF16 looks at which of the two bytes of a unit is zero more often: ASCII,
// of which every export has some, has always the same one. The other one is zero now
// and then, too: "一" is 4E 00.
func recogniseUTF16(head []byte) (e Encoding, bom bool, why string) {
	var zero [2]int
	for i, b := range head {
		if b == 0 {
			zero[i%2]++
		}
	}
	e = UTF16LE
	if zero[0] > zero[1] {
		e = UTF16BE
	}
	if !plausibleUTF16(head, e) {
		return "", false, ""
	}
	return e, false, "zero_bytes"
}

// plausibleUTF16 says whether head decodes without damage and control characters.
func plausibleUTF16(head []byte, e Encoding) bool {
	text, err := e.table().NewDecoder().Bytes(head[:len(head)&^1])
	if err != nil {
		return false
	}
	text = bytes.TrimSuffix(text, []byte("\uFFFD")) // half a pair at the cut
	return !bytes.ContainsRune(text, utf8.RuneError) && !bytes.ContainsFunc(text, control)
}

func control(r rune) bool { return r < ' ' && r != '\n' && r != '\r' && r != '\t' || r == 0x7F }

// validGB18030 says whether head is GB18030 and reads like Chinese: at least half of
// its two-byte characters lie in GB 2312, where everyday characters are. Western
// texts with accents can pass the first test, not the second.
func validGB18030(head []byte) bool {
	pairs, common := 0, 0
	for i := 0; i < len(head); {
		size := gb18030Size(head[i:])
		switch {
		case size == 0:
			return false
		case size == 2 && i+1 < len(head):
			pairs++
			if head[i] >= 0xA1 && head[i] <= 0xF7 && head[i+1] >= 0xA1 {
				common++
			}
		}
		i += size
	}
	return pairs > 0 && 2*common >= pairs
}

// gb18030Size gives the bytes of the first character, 0 when it is not one. A
// character cut off at the end counts as whole (GB 18030-2022, 6.1: code structure).
func gb18030Size(b []byte) int {
	in := func(i int, lo, hi byte) bool { return i >= len(b) || b[i] >= lo && b[i] <= hi }
	switch {
	case b[0] < 0x80:
		if control(rune(b[0])) {
			return 0
		}
		return 1
	case b[0] == 0x80 || b[0] == 0xFF:
		return 0
	case in(1, 0x30, 0x39) && in(2, 0x81, 0xFE) && in(3, 0x30, 0x39):
		return min(4, len(b))
	case in(1, 0x40, 0xFE) && (len(b) < 2 || b[1] != 0x7F):
		return min(2, len(b))
	}
	return 0
}
