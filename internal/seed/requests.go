package seed

import (
	"context"
	"fmt"

	"hegui/internal/day"
	"hegui/internal/request"
)

// How requests are dealt with, in days and in requests of a hundred.
const (
	openDays    = 10 // the last ones, in which requests are left open
	openShare   = 40
	lateShare   = 4
	refuseShare = 3
)

// requests are those dealt with on one of the days of snapshots: received some
// days before, most of them in time.
func (f *filler) requests(ctx context.Context, d int) error {
	from, to := f.size.Requests*d/snapshotDays, f.size.Requests*(d+1)/snapshotDays
	list := make([]request.Past, 0, to-from)
	today := day.Of(f.Now())
	for n := from; n < to; n++ {
		state, took := request.Answered, f.chance.IntN(12)
		switch roll := f.chance.IntN(100); {
		case roll < refuseShare:
			state = request.Refused
		case roll < refuseShare+lateShare:
			took = 26 + f.chance.IntN(10)
		case roll < refuseShare+lateShare+openShare && d >= snapshotDays-openDays:
			state = request.InProgress
		}
		who := f.chance.IntN(f.size.Requests*3/4 + 1) // some ask more than once
		list = append(list, request.Past{State: state, Intake: request.Intake{
			ServiceID: f.targets[f.chance.IntN(len(f.targets))].row.ServiceID, Kind: request.Kinds[f.chance.IntN(len(request.Kinds))], Requester: request.Self,
			Channel: request.StaffChannels[f.chance.IntN(len(request.StaffChannels))], Language: []string{"zh-CN", "en"}[f.chance.IntN(2)],
			ReceivedOn: today.Add(-took), OwnerID: f.privacy.ID, Name: fmt.Sprintf("测试人 %06d", who), Contact: fmt.Sprintf("person%06d@people.example", who),
			Account: fmt.Sprintf("U%08d", who), Details: "请按法律规定处理本人的个人信息。"}})
	}
	return f.app.Requests.TakeInPast(ctx, f.privacy, list)
}
