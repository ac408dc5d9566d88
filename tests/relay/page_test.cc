// Goal: the page is served with the headers that protect it, and nothing else is.
// Method: a folder with a page, the relay as a child process, requests written out byte by byte.

#include <doctest/doctest.h>

#include <filesystem>
#include <fstream>

#include "page_headers.h"
#include "relay/scratch_folder.h"
#include "support/relay_client.h"
#include "support/relay_process.h"

namespace homing::test {
namespace {

struct Site {
  Site() : folder_made(make()), relay(folder.file("relay.db"), {"--www", folder.file("www")}) {}
  bool make() {
    std::filesystem::create_directories(folder.file("www/assets"));
    write("www/index.html", "<!doctype html><title>homing</title>");
    write("www/assets/engine.wasm", std::string("\0asm", 4));
    write("www/assets/app.js", "export const a = 1;");
    write("www/.hidden", "not for anybody");
    write("secret.txt", "outside of the folder");
    std::filesystem::create_symlink(folder.file("secret.txt"), folder.file("www/link.txt"));
    return true;
  }
  void write(const std::string& name, const std::string& text) {
    std::ofstream(folder.file(name), std::ios::binary) << text;
  }
  HttpAnswer get(const std::string& path, const std::string& headers = "") {
    return test::get(relay.port(), path, headers);
  }
  HttpAnswer raw(const std::string& request) { return http(relay.port(), request); }

  ScratchFolder folder;
  bool folder_made;
  RelayProcess relay;
};

}  // namespace

TEST_CASE("page: files come with their type, their bytes and the security headers") {
  Site site;
  const HttpAnswer page = site.get("/");
  CHECK(page.status == 200);
  CHECK(page.body == "<!doctype html><title>homing</title>");
  CHECK(page.header("Content-Type") == "text/html; charset=utf-8");
  const std::string host = "127.0.0.1:" + std::to_string(site.relay.port());
  CHECK(page.header("Content-Security-Policy") ==
        "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; "
        "connect-src 'self' ws://" +
            host + " wss://" + host +
            " ws://127.0.0.1:* ws://localhost:* http://127.0.0.1:* http://localhost:*; "
            "worker-src 'self'; img-src 'self' data: blob:; manifest-src 'self'; "
            "base-uri 'none'; object-src 'none'; form-action 'none'; frame-ancestors 'none'; "
            "require-trusted-types-for 'script'");
  CHECK(page.header("X-Content-Type-Options") == "nosniff");
  CHECK(page.header("Referrer-Policy") == "no-referrer");
  CHECK(page.header("Cross-Origin-Opener-Policy") == "same-origin");
  CHECK(site.get("/index.html?x=1").body == page.body);
  CHECK(site.get("/assets/engine.wasm").header("Content-Type") == "application/wasm");
  CHECK(site.get("/assets/engine.wasm").body == std::string("\0asm", 4));
  CHECK(site.get("/assets/app.js").header("Content-Type") == "text/javascript; charset=utf-8");
}

TEST_CASE("page: a file that did not change costs one 304") {
  Site site;
  const std::string etag = site.get("/").header("ETag");
  CHECK(etag.size() == 34);
  CHECK(site.get("/").header("Cache-Control") == "no-cache");
  const HttpAnswer again = site.get("/", "If-None-Match: " + etag + "\r\n");
  CHECK(again.status == 304);
  CHECK(again.body.empty());
  CHECK(site.get("/", "If-None-Match: \"other\"\r\n").status == 200);
}

TEST_CASE("page: HEAD gives the headers of GET without its body, other methods are 405") {
  Site site;
  const HttpAnswer head = site.raw("HEAD / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
  CHECK(head.status == 200);
  CHECK(head.header("Content-Length") == "36");
  CHECK(head.body.empty());
  for (const char* method : {"POST", "PUT", "DELETE", "OPTIONS"}) {
    const HttpAnswer answer =
        site.raw(std::string(method) + " / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
    CHECK(answer.status == 405);
    CHECK(answer.header("Allow") == "GET, HEAD");
    CHECK(answer.header("Content-Security-Policy") != "");
  }
}

TEST_CASE("page: no path leads out of the folder") {
  Site site;
  for (const char* path :
       {"/../secret.txt", "/assets/../../secret.txt", "/%2e%2e/secret.txt", "/..%2fsecret.txt",
        "//secret.txt", "/link.txt", "/.hidden", "/assets", "/assets/", "/nothing", "secret.txt",
        "/assets\\..\\..\\secret.txt", "http://127.0.0.1/../secret.txt"}) {
    CAPTURE(path);
    const HttpAnswer answer = site.get(path);
    CHECK(answer.status == 404);
    CHECK(answer.body.find("outside") == std::string::npos);
    CHECK(answer.header("X-Content-Type-Options") == "nosniff");
  }
}

TEST_CASE("page: headers up to 8 KiB are read, longer ones are 431") {
  Site site;
  CHECK(site.get("/", "X-Long: " + std::string(7 * 1024, 'a') + "\r\n").status == 200);
  CHECK(site.get("/", "X-Long: " + std::string(9 * 1024, 'a') + "\r\n").status == 431);
}

TEST_CASE("page: a request that never ends is given up, and the relay goes on") {
  ScratchFolder folder;
  RelayProcess relay(folder.file("relay.db"), {"--request-ms-max", "200"});
  CHECK(http(relay.port(), "GET / HTTP/1.1\r\nHost: a\r\n").status == 0);
  CHECK(http(relay.port(), "").status == 0);
  CHECK(get(relay.port(), "/healthz").status == 200);
  const HttpAnswer no_socket = get(relay.port(), "/ws");
  CHECK(no_socket.status == 426);
  CHECK(no_socket.header("Access-Control-Allow-Origin") == "*");
}

TEST_CASE("page: a page of a public host may connect to that host only") {
  const auto headers = relay::page_headers("relay.example");
  REQUIRE(headers.at(0).first == "Content-Security-Policy");
  CHECK(headers.at(0).second.find("connect-src 'self' ws://relay.example wss://relay.example; ") !=
        std::string::npos);
}

TEST_CASE("page: a host that is none cannot write into the policy") {
  for (const auto& [name, value] : relay::page_headers("evil; script-src *")) {
    CHECK(value.find("evil") == std::string::npos);
    CHECK(value.find('*') == std::string::npos);
  }
}

}  // namespace homing::test
