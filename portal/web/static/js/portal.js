// The one script of every page: finds the hooks that are present and loads their module, nothing else.
import { enhance } from "./enhance.js";

enhance(document);
