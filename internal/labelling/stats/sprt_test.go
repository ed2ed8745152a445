package stats

import (
	"math/rand/v2"
	"testing"
)

func TestSPRTKeepsItsRisks(t *testing.T) {
	t.Parallel()
	s, err := NewSPRT(0.01, 0.05, 0.05, 0.1)
	if err != nil {
		t.Fatal(err)
	}
	good, _ := s.At(0.01)
	bad, _ := s.At(0.05)
	single, _ := FindPlan(UnknownLot, TwoPoint{0.01, 0.95, 0.05, 0.1})
	if good.Pa < 0.94 || bad.Pa > 0.12 {
		t.Errorf("accepts p0 with %.4f and p1 with %.4f, designed for 0.95 and 0.10", good.Pa, bad.Pa)
	}
	if good.ASN >= float64(single.N) || bad.ASN >= float64(single.N) {
		t.Errorf("takes %.1f and %.1f items on average, the single plan %d", good.ASN, bad.ASN, single.N)
	}
	if perfect, _ := s.At(0); perfect.Pa != 1 {
		t.Errorf("accepts a perfect lot with %v", perfect.Pa)
	}
	if s.Truncate != (3*single.N+1)/2 {
		t.Errorf("truncated at %d, single plan has %d", s.Truncate, single.N)
	}
}

// TestSPRTAgainstPlayingIt plays the test with Decide and compares with At.
func TestSPRTAgainstPlayingIt(t *testing.T) {
	t.Parallel()
	s, err := NewSPRT(0.05, 0.1, 0.2, 0.1)
	if err != nil {
		t.Fatal(err)
	}
	r := rand.New(rand.NewPCG(3, 4))
	const rounds, p = 40_000, 0.1
	accepted, items := 0, 0
	for range rounds {
		verdict, d := Continue, 0
		for m := 1; verdict == Continue; m++ {
			if r.Float64() < p {
				d++
			}
			items++
			if verdict, err = s.Decide(m, d); err != nil {
				t.Fatal(err)
			}
		}
		if verdict == Accept {
			accepted++
		}
	}
	want, _ := s.At(p)
	near(t, "Pa", float64(accepted)/rounds, want.Pa, 0.03)
	near(t, "ASN", float64(items)/rounds, want.ASN, 0.03)
}

func TestSPRTEndsAtTruncation(t *testing.T) {
	t.Parallel()
	s, _ := NewSPRT(0.01, 0.05, 0.05, 0.1)
	for d := 0; d <= s.Truncate; d++ {
		want := Accept
		if d > s.TruncateAc {
			want = Reject
		}
		if got, err := s.Decide(s.Truncate, d); err != nil || got != want {
			t.Fatalf("Decide(%d, %d) = %s, %v, want %s", s.Truncate, d, got, err, want)
		}
	}
	if _, err := s.Decide(s.Truncate+1, 0); err == nil {
		t.Error("there is no item after the truncation")
	}
	if got, _ := s.Decide(1, 0); got != Continue {
		t.Errorf("one clean item says %s", got)
	}
}
