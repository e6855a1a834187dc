// The one script of every page: starts the module of each hook that is present. Browsers get all of them in one file
// (portal/web/script_bundle.py).
import { enhance, offer } from "./enhance.js";
import * as answer from "./answer.js";
import * as answers from "./answers.js";
import * as autosave from "./autosave.js";
import * as confirm from "./confirm.js";
import * as copy from "./copy.js";
import * as dirty from "./dirty.js";
import * as draft from "./draft.js";
import * as filter from "./filter.js";
import * as focus from "./focus.js";
import * as invitation from "./invitation.js";
import * as later from "./later.js";
import * as menu from "./menu.js";
import * as now from "./now.js";
import * as poll from "./poll.js";
import * as reveal from "./reveal.js";
import * as rows from "./rows.js";
import * as search from "./search.js";
import * as theme from "./theme.js";
import * as toggle from "./toggle.js";
import * as upload from "./upload.js";

offer({ answer, answers, autosave, confirm, copy, dirty, draft, filter, focus, invitation, later, menu, now, poll, reveal, rows, search, theme, toggle, upload });
enhance(document);
