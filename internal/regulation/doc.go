// Package regulation is the catalogue: what the Interim Measures for the
// Management of Generative AI Services (生成式人工智能服务管理暂行办法, 24
// articles) and the instruments around them ask of a provider, which of it
// applies to a service, and which procedures the service has to go through.
//
// # What it keeps
//
// Three files under data, which a compliance officer can edit:
//
//   - interim-measures.yaml: the official Chinese text with our English
//     translation, cut into clauses. Joining the clauses gives the article,
//     joining the segments gives the clause, so nothing of the law is lost.
//   - requirements.yaml: checkable requirements in our own words, each with
//     clause, severity, review interval, owner, conditions and figures.
//   - instruments.yaml: laws, rules, standards, notices and practice, with
//     every number the product may use as a Figure: provision, statement,
//     value, unit, comparator, force and whether it was verified. A figure is
//     a default, to be confirmed by people; it is no legal advice.
//
// Ids and figure keys are stable: new ones are added, none is used again.
//
// # Reading
//
// Parse reads and checks the files as a whole and reports all faults at once,
// each with file, id and what is wrong. Files are bounded in size and depth;
// YAML anchors, aliases and tags are refused. A Catalogue never changes
// afterwards and may be read by any number of goroutines. Its Version is a
// hash of the three files, so that an assessment can say which text it was
// made against. Embedded is the catalogue that ships with the program.
//
// # Values
//
// FigureValue is a number, range, list, date, day of the year, enumeration,
// text or nothing. ParseValue reads what an officer types to replace a
// default and holds it against unit and comparator, by the same rule that the
// files pass; Say prints it in Chinese and English.
//
// # Applicability
//
// A Profile holds the answers about one service: whether it is offered to the
// public in mainland China (Art. 2), the conditions of the catalogue, and
// whether the third-party model it uses has been filed. Applies decides a
// requirement: always, when all conditions are met, or when any is. What is
// not answered counts as applying, and the reason says so. A service not
// offered to the public is outside the Measures (Art. 2 para. 3); only the
// scoping requirements of Article 2 remain, because the claim to be outside
// has to be decided and kept on file. Change tells what a new set of answers
// switches on and off.
//
// # Routes
//
// Route names the procedures: security assessment, algorithm filing,
// generative AI service filing, registration, or none. Open questions are
// tried both ways: what comes out each time is certain, the rest stays open,
// and the questions that still matter are named. The rule itself is
// routesOf, with the figures and requirements it rests on.
//
// # Changes
//
// Diff compares two catalogues entry by entry and field by field. A change is
// material when it binds somebody or alters to whom something applies: text,
// clause, type, applicability, severity, review interval and figures of a
// requirement; value, unit, comparator, force, provision and statement of a
// figure; name, level, status, number and dates of an instrument; text and
// addressee of an article or clause; the question of a condition. Guidance,
// examples, titles, labels, plain explanations, owners, notes and sources are
// listed, too, as not material.
//
// # Versions
//
// Everything up to here is pure: no database, no clock, no network. Service
// adds what is stored.
//
// The catalogue that ships with the program is stored as version 1 at the
// first start. From then on a version comes into force only by a person:
// Prepare reads up to three uploaded files, or those of a newer program, and
// keeps them as a draft; Compare shows what would change; Load puts it in
// force, in one transaction with the hooks of those who keep assessments
// (OnLoad). A draft made against a version that is no longer in force is
// refused. Current is the version in force, in memory.
//
// # Own values
//
// A figure's default can be replaced from a day on. One person proposes the
// value with its source, another approves or rejects it; the proposer can
// withdraw. Value and Values give what is in force on a day and where it comes
// from. When a newer catalogue changes unit or comparator, an own value no
// longer fits and is passed over. An unverified default can be confirmed by
// somebody who checked it; a change of the figure ends that.
package regulation
