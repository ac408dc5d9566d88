// Goal: an invite survives being a link, whatever page it leads to. Method: there and back.

import assert from "node:assert/strict";
import { test } from "node:test";

import { inviteToken, inviteUrl } from "../../build/web-test/src/invite.js";

test("invite: the token of a link is what was put into it", () => {
  for (const token of ["AQ-_09az", "a".repeat(400)]) {
    for (const page of ["https://chat.example/", "http://127.0.0.1:8080/?profile=alice#old"]) {
      assert.equal(inviteToken(inviteUrl(token, page)), token);
    }
    assert.equal(inviteToken(`  ${token}\n`), token);
    assert.equal(inviteToken(`https://x.example/#a=b&invite=${token}&c=d`), token);
  }
});

test("invite: a link without one gives none", () => {
  assert.equal(inviteToken("https://chat.example/#about"), "");
  assert.equal(inviteToken(""), "");
});
