// Dropping a file anywhere on the page. Without this script the same is done by the field and its button.
"use strict";

const form = document.getElementById("drop");
const field = document.getElementById("file");
const said = document.getElementById("said");

function send() {
  said.textContent = "Reading the file …";
  form.submit();
}

field.addEventListener("change", send);

document.addEventListener("dragover", (event) => {
  event.preventDefault();
  form.classList.add("over");
});

document.addEventListener("dragleave", (event) => {
  if (!event.relatedTarget) form.classList.remove("over");
});

document.addEventListener("drop", (event) => {
  event.preventDefault();
  form.classList.remove("over");
  if (event.dataTransfer.files.length === 1) {
    field.files = event.dataTransfer.files;
    send();
  } else if (event.dataTransfer.files.length > 1) {
    said.textContent = "One file at a time, please.";
  }
});
