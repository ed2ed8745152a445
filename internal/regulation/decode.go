package regulation

import (
	"errors"
	"fmt"
	"strings"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/lexer"
	"github.com/goccy/go-yaml/parser"
	"github.com/goccy/go-yaml/token"
)

// Bounds on a file. Ours have about 200 KiB and nest six deep.
const (
	maxFile   = 8 << 20 // bytes
	maxTokens = 1 << 17 // words and signs of YAML; ours have up to 13,000; reading takes time with their square
	maxNest   = 32      // flow brackets inside each other
	maxIndent = 128     // column where a key or list entry may start
)

// unreadableFile says why a file cannot be read at all.
type unreadableFile struct {
	format string
	args   []any
}

func (u unreadableFile) Error() string { return fmt.Sprintf(u.format, u.args...) }

func unreadable(format string, args ...any) error { return unreadableFile{format, args} }

// decodeYAML reads one plain YAML document into v. Keys that v does not have
// and keys given twice are errors. Anchors, aliases and tags are refused: the
// files need none, and aliases are how a small file becomes a large one. The
// error is an unreadableFile.
func decodeYAML(data []byte, v any) (err error) {
	if len(data) > maxFile {
		return unreadable("file has %d bytes, more than %d", len(data), maxFile)
	}
	defer func() { // the YAML reader is given files that people upload
		if r := recover(); r != nil {
			err = unreadable("not readable as YAML: %v", r)
		}
	}()
	tokens := lexer.Tokenize(string(data))
	if err := plainTokens(tokens); err != nil {
		return err
	}
	file, err := parser.Parse(tokens, 0)
	if err != nil {
		return unreadable("not readable as YAML: %v", oneLine(err))
	}
	if len(file.Docs) != 1 || file.Docs[0].Body == nil {
		return unreadable("want exactly one YAML document")
	}
	if err := yaml.NodeToValue(file.Docs[0].Body, v, yaml.Strict()); err != nil {
		return unreadable("unexpected content: %v", oneLine(err))
	}
	return nil
}

func plainTokens(tokens token.Tokens) error {
	if len(tokens) > maxTokens {
		return unreadable("file has more than %d YAML tokens", maxTokens)
	}
	depth := 0
	for _, t := range tokens {
		switch t.Type {
		case token.AnchorType, token.AliasType, token.TagType, token.MergeKeyType, token.DirectiveType:
			return unreadable("line %d: anchors, aliases, tags and directives are not allowed", t.Position.Line)
		case token.SequenceStartType, token.MappingStartType:
			depth++
		case token.SequenceEndType, token.MappingEndType:
			depth--
		case token.SequenceEntryType, token.MappingKeyType, token.MappingValueType:
			if t.Position.Column > maxIndent {
				return unreadable("line %d: indented too deep", t.Position.Line)
			}
		}
		if depth > maxNest {
			return unreadable("line %d: nested too deep", t.Position.Line)
		}
	}
	return nil
}

// oneLine keeps the position and message of a YAML error and leaves out the
// drawing of the source below it.
func oneLine(err error) error {
	first, _, _ := strings.Cut(err.Error(), "\n")
	return errors.New(first)
}
