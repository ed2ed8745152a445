package seed

import (
	"context"
	"fmt"
	"strings"

	"gorm.io/gorm"

	"hegui/internal/actor"
	"hegui/internal/audit"
	"hegui/internal/day"
	"hegui/internal/evidence"
	"hegui/internal/file"
	"hegui/internal/search"
)

// atOnce is how many pieces of evidence one transaction brings in.
const atOnce = 1000

// contents is how many different files there are; pieces share them, as
// copies of a file do.
const contents = 50

func (f *filler) evidence(ctx context.Context) error {
	blobs, err := f.blobs(ctx)
	if err != nil {
		return err
	}
	for done := 0; done < f.size.Evidence; done += atOnce {
		if err := f.batch(ctx, done, min(atOnce, f.size.Evidence-done), blobs); err != nil {
			return err
		}
	}
	return nil
}

// blobs keeps a few small files.
func (f *filler) blobs(ctx context.Context) ([]file.Blob, error) {
	out := make([]file.Blob, contents)
	for i := range out {
		body := strings.Repeat(fmt.Sprintf("第 %d 份材料 document %d\n", i, i), 20+i)
		staged, err := f.app.Evidence.Files().Receive(ctx, strings.NewReader(body))
		if err != nil {
			return nil, err
		}
		err = f.app.Ledger.Write(ctx, f.officer, func(tx *gorm.DB) ([]audit.Event, error) {
			b, _, err := f.app.Evidence.Files().Keep(tx, staged)
			out[i] = b
			return []audit.Event{{Action: "file.kept", Object: audit.Object{Type: "file", ID: b.ID}, Rows: []any{&b}}}, err
		})
		f.app.Evidence.Files().Drop(ctx, staged)
		if err != nil {
			return nil, err
		}
	}
	return out, nil
}

func (f *filler) batch(ctx context.Context, first, n int, blobs []file.Blob) error {
	items, versions := make([]evidence.Item, n), make([]evidence.Version, n)
	var links []evidence.Link
	docs := make([]search.Doc, n)
	events := make([]audit.Event, n)
	by := f.crew[f.chance.IntN(len(f.crew))]
	for i := range n {
		f.advance(f.step)
		items[i], versions[i] = f.piece(first+i, by, blobs)
		from := len(links)
		links = append(links, f.links(&items[i])...)
		docs[i] = search.Doc{ID: items[i].ID, Text: items[i].Title}
		rows := []any{&items[i], &versions[i]}
		for _, l := range links[from:] {
			rows = append(rows, &evidence.Link{ID: l.ID})
		}
		events[i] = audit.Event{Action: "evidence.submitted", Object: audit.Object{Type: "evidence", ID: items[i].ID},
			Service: links[from].ServiceID, Label: items[i].Title, Rows: rows}
	}
	return f.app.Ledger.Write(ctx, by, func(tx *gorm.DB) ([]audit.Event, error) {
		for _, rows := range []any{items, versions, links} {
			if err := tx.CreateInBatches(rows, 500).Error; err != nil {
				return nil, err
			}
		}
		return events, search.IndexNew(tx, evidence.SearchKind, docs)
	})
}

// piece is a piece of evidence for the requirement it will be linked to first.
func (f *filler) piece(n int, by actor.Actor, blobs []file.Blob) (evidence.Item, evidence.Version) {
	at := f.Now().UTC()
	today := day.Of(at)
	blob := blobs[n%len(blobs)]
	req := f.targets[n%len(f.targets)].req
	example := req.Examples[n%len(req.Examples)]
	i := evidence.Item{
		ID: f.app.Ledger.NewID(), Kind: evidence.KindFile, Title: fmt.Sprintf("%s %s %05d", example.ZH, example.EN, n),
		Type: evidence.Types[f.chance.IntN(len(evidence.Types))], MadeOn: today, ReceivedOn: today, Confidentiality: evidence.Internal,
		OwnerID: by.ID, State: evidence.Approved, SubmittedBy: by.ID, SubmittedAt: &at, ReviewedBy: f.officer.ID, ReviewedAt: &at,
		Versions: 1, CreatedBy: by.ID, CreatedAt: at, Version: 1,
	}
	switch f.chance.IntN(10) {
	case 0:
		i.State, i.ReviewedBy, i.ReviewedAt = evidence.Submitted, "", nil
	case 1, 2, 3:
		i.ValidUntil = today.Add(180 + f.chance.IntN(400))
	}
	v := evidence.Version{ID: f.app.Ledger.NewID(), EvidenceID: i.ID, Number: 1, BlobID: &blob.ID, SHA256: blob.SHA256, Size: blob.Size,
		MediaType: blob.MediaType, FileName: fmt.Sprintf("%s-%05d.txt", req.ID, n), CreatedBy: by.ID, CreatedAt: at}
	i.CurrentID = v.ID
	return i, v
}

// links join a piece to one to three assessments.
func (f *filler) links(i *evidence.Item) []evidence.Link {
	n := 1 + f.chance.IntN(3)
	at := f.chance.IntN(len(f.targets))
	out := make([]evidence.Link, 0, n)
	for k := range n {
		t := f.targets[(at+k*7)%len(f.targets)]
		out = append(out, evidence.Link{ID: f.app.Ledger.NewID(), EvidenceID: i.ID, AssessmentID: t.row.ID, ServiceID: t.row.ServiceID,
			RequirementID: t.row.RequirementID, CreatedBy: i.CreatedBy, CreatedAt: i.CreatedAt})
	}
	i.Links = int64(n)
	return out
}
