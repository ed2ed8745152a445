package web

import (
	"net/netip"
	"sync"
	"time"

	"github.com/labstack/echo/v4"
)

// throttle counts what each key did lately, in memory. It is for floods; what
// must hold for longer or across nodes is counted in the database.
type throttle struct {
	mu   sync.Mutex
	seen map[string][]time.Time
}

// throttleKeys bounds the memory that a flood from many addresses can take.
const throttleKeys = 20_000

// allow notes that a key does something now, and says whether it did so less
// than most times within the window.
func (t *throttle) allow(key string, most int, window time.Duration, now time.Time) bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.seen == nil {
		t.seen = map[string][]time.Time{}
	}
	list := t.seen[key]
	for len(list) > 0 && now.Sub(list[0]) >= window {
		list = list[1:]
	}
	if len(list) >= most {
		t.seen[key] = list
		return false
	}
	if _, known := t.seen[key]; !known && len(t.seen) >= throttleKeys {
		t.drop(now)
	}
	t.seen[key] = append(list, now)
	return true
}

// drop forgets the keys that did nothing for an hour, or all of them when the
// table would stay full.
func (t *throttle) drop(now time.Time) {
	for key, list := range t.seen {
		if len(list) == 0 || now.Sub(list[len(list)-1]) >= time.Hour {
			delete(t.seen, key)
		}
	}
	if len(t.seen) >= throttleKeys {
		clear(t.seen)
	}
}

// network is where a request comes from, as far as floods are counted: an IPv4
// address, or the /64 that an IPv6 customer has for themselves.
func network(c echo.Context) string {
	addr, err := netip.ParseAddr(c.RealIP())
	if err != nil {
		return "unknown"
	}
	if addr = addr.Unmap(); addr.Is6() {
		p, _ := addr.Prefix(64) // 64 is within an IPv6 address
		return p.String()
	}
	return addr.String()
}
