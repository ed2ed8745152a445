// The behaviour of every page. Each module finds its elements by data-
// attribute and listens on the document, so that parts swapped in later work
// without being set up; the pages stay usable without any of it.
import "./autosize.js";
import "./bulk.js";
import "./chart.js";
import "./confirm.js";
import "./copy.js";
import "./desk.js";
import "./dialog.js";
import "./filters.js";
import "./fullscreen.js";
import "./guard.js";
import "./keys.js";
import "./mention.js";
import "./menu.js";
import "./palette.js";
import "./pdf.js";
import "./print.js";
import "./rowkeys.js";
import "./theme-switch.js";
import "./toast.js";
import "./upload.js";
