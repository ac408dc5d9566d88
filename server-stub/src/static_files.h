#pragma once

#include <map>
#include <string>
#include <string_view>

namespace homing::relay {

struct StaticFile {
  std::string body;
  std::string content_type;
  std::string etag;  // with its quotes
};

/// The page, read into memory at the start. What is asked for is looked up by its exact name, never
/// on the disk, so no path can lead out of the folder and no request can wait for a disk.
class StaticFiles {
 public:
  StaticFiles() = default;
  /// Reads every regular file below `folder` whose path has no component that starts with a dot.
  /// Returns what went wrong, or "". More than kBytesMax in all is wrong.
  std::string load(const std::string& folder);

  /// `path` as in the request, starting with a slash, without query; "/" and paths that end in a
  /// slash name the index.html there. Null if there is none. Valid as long as this object.
  const StaticFile* find(std::string_view path) const;
  size_t size() const { return files_.size(); }

  static constexpr size_t kBytesMax = 64 * 1024 * 1024;

 private:
  std::map<std::string, StaticFile, std::less<>> files_;
};

}  // namespace homing::relay
