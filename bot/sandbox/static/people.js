// Forms that make new people, groups and channels.

import { post } from "./api.js";
import { el, nameOf } from "./dom.js";
import { formSheet } from "./overlays.js";

function field(label, name, props = {}) {
  return el("label", { class: "labelled" }, el("span", {}, label), el("input", { name, type: "text", autocomplete: "off", maxlength: 64, ...props }));
}

const check = (label, name, props = {}) => el("label", { class: "checked" }, el("input", { type: "checkbox", name, ...props }), label);

/** Asks for a person's data, makes the person, hands it to done(person). */
export function addPerson(done) {
  const fields = [
    field("First name", "first_name", { required: true, autofocus: true }), field("Last name", "last_name"),
    field("Username, without @", "username"), field("Language", "language_code", { placeholder: "en", maxlength: 8 }),
    check("Admin of the bot", "is_admin"), check("Has Telegram Premium", "is_premium"),
  ];
  formSheet("A new person", fields, "Add", async (form) => {
    const values = {};
    for (const name of ["first_name", "last_name", "username", "language_code"]) {
      const value = form.get(name).trim().replace(name === "username" ? /^@/ : "", "");
      if (value) values[name] = value;
    }
    if (!values.first_name) throw new Error("Everybody needs a first name.");
    for (const name of ["is_admin", "is_premium"]) if (form.has(name)) values[name] = true;
    done(await post("/people", values));
  });
}

/** Asks for a title, a kind and members; hands the new chat to done(chat). */
export function addGroup(people, done) {
  const kinds = [["supergroup", "Group"], ["group", "Basic group"], ["channel", "Channel"]];
  const fields = [
    field("Name", "title", { required: true, autofocus: true, maxlength: 128 }),
    el("label", { class: "labelled" }, el("span", {}, "Kind"), el("select", { name: "type" }, kinds.map(([value, label]) => el("option", { value }, label)))),
    el("fieldset", { class: "members" }, el("legend", {}, "Members"), people.map((person) => check(nameOf(person), "members", { value: person.id }))),
  ];
  formSheet("A new group or channel", fields, "Add", async (form) => {
    const title = form.get("title").trim();
    if (!title) throw new Error("It needs a name.");
    done(await post("/chats", { title, type: form.get("type"), members: form.getAll("members").map(Number) }));
  });
}
