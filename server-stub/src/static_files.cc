#include "static_files.h"

#include <filesystem>
#include <fstream>
#include <iterator>
#include <system_error>

#include "session/primitives.h"

namespace homing::relay {
namespace {

struct ContentType {
  std::string_view extension;
  std::string_view type;
};
// Browsers compile a module while it arrives only under its own type.
constexpr ContentType kContentTypes[] = {
    {".html", "text/html; charset=utf-8"},
    {".js", "text/javascript; charset=utf-8"},
    {".mjs", "text/javascript; charset=utf-8"},
    {".css", "text/css; charset=utf-8"},
    {".wasm", "application/wasm"},
    {".json", "application/json"},
    {".map", "application/json"},
    {".webmanifest", "application/manifest+json"},
    {".svg", "image/svg+xml"},
    {".png", "image/png"},
    {".webp", "image/webp"},
    {".ico", "image/x-icon"},
    {".txt", "text/plain; charset=utf-8"},
};

std::string_view content_type(std::string_view extension) {
  for (const ContentType& known : kContentTypes) {
    if (known.extension == extension) return known.type;
  }
  return "application/octet-stream";
}

std::string etag_of(std::string_view body) {
  const Digest digest = blake2b_256({as_bytes(body)});
  return '"' + to_hex(ByteView(digest).first(16)) + '"';
}

bool is_hidden(const std::filesystem::path& relative) {
  for (const std::filesystem::path& part : relative) {
    if (part.native().front() == '.') return true;
  }
  return false;
}

}  // namespace

std::string StaticFiles::load(const std::string& folder) {
  namespace fs = std::filesystem;
  std::error_code error;
  size_t bytes = 0;
  fs::recursive_directory_iterator entry(folder, error);
  for (; !error && entry != fs::recursive_directory_iterator(); entry.increment(error)) {
    const fs::path relative = entry->path().lexically_relative(folder);
    // A link may lead anywhere, also out of the folder.
    if (is_hidden(relative) || entry->symlink_status().type() != fs::file_type::regular) continue;
    std::ifstream in(entry->path(), std::ios::binary);
    StaticFile file{.body = std::string(std::istreambuf_iterator<char>(in), {}),
                    .content_type = std::string(content_type(relative.extension().native())),
                    .etag = ""};
    if (!in.good() && !in.eof()) return "cannot read " + entry->path().string();
    bytes += file.body.size();
    if (bytes > kBytesMax) return "more than 64 MiB in " + folder;
    file.etag = etag_of(file.body);
    files_.emplace("/" + relative.generic_string(), std::move(file));
  }
  return error ? "cannot read " + folder + ": " + error.message() : "";
}

const StaticFile* StaticFiles::find(std::string_view path) const {
  std::string name(path);
  if (name.ends_with('/')) name += "index.html";
  const auto found = files_.find(name);
  return found == files_.end() ? nullptr : &found->second;
}

}  // namespace homing::relay
