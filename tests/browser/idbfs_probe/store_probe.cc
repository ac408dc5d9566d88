// Exposes IdbfsStore to JavaScript for the tests and the commit benchmark. Results arrive as
// callback(error name or "", files or undefined).

#include <emscripten/bind.h>

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "browser/idbfs_store.h"

namespace {

using emscripten::val;

std::string name_of(homing::Error error) {
  switch (error) {
    case homing::Error::kStorageFailed:
      return "storage_failed";
    case homing::Error::kStorageFenced:
      return "storage_fenced";
    case homing::Error::kStorageQuota:
      return "storage_quota";
    default:
      return "other";
  }
}

val to_array(const homing::Bytes& bytes) {
  // slice(): a copy, because memory growth detaches views.
  return val(emscripten::typed_memory_view(bytes.size(), bytes.data())).call<val>("slice");
}

class StoreProbe {
 public:
  StoreProbe(std::string mountpoint, bool relaxed, val on_event)
      : store_(std::make_unique<homing::IdbfsStore>(homing::IdbfsStore::Options{
            .mountpoint = std::move(mountpoint),
            .durability = relaxed ? homing::Durability::kRelaxed : homing::Durability::kStrict,
            .on_event = [on_event](homing::StorageEvent event) {
              on_event(static_cast<int>(event));
            }})) {}

  void open(val callback) {
    store_->open([callback](homing::Result<std::vector<homing::StoredFile>> files) {
      if (!files.ok()) {
        callback(name_of(files.error()), val::undefined());
        return;
      }
      val out = val::array();
      for (const homing::StoredFile& file : *files) {
        val entry = val::object();
        entry.set("name", file.name);
        entry.set("bytes", to_array(file.bytes));
        out.call<void>("push", entry);
      }
      callback(std::string(), out);
    });
  }

  /// Copies what the next commit() stores into C++, where the engine has it from the beginning;
  /// apart, so that a benchmark does not measure the copying.
  void prepare(val put, val remove) {
    put_.clear();
    for (unsigned i = 0; i < put["length"].as<unsigned>(); ++i) {
      put_.push_back({put[i]["name"].as<std::string>(),
                      emscripten::convertJSArrayToNumberVector<uint8_t>(put[i]["bytes"])});
    }
    remove_ = emscripten::vecFromJSArray<std::string>(remove);
  }

  void commit(val callback) {
    store_->commit(put_, remove_, [callback](homing::Result<void> done) {
      callback(done.ok() ? std::string() : name_of(done.error()));
    });
  }

  void close() { store_->close(); }

 private:
  std::unique_ptr<homing::IdbfsStore> store_;
  std::vector<homing::StoredFile> put_;
  std::vector<std::string> remove_;
};

}  // namespace

EMSCRIPTEN_BINDINGS(store_probe) {
  emscripten::class_<StoreProbe>("StoreProbe")
      .constructor<std::string, bool, val>()
      .function("open", &StoreProbe::open)
      .function("prepare", &StoreProbe::prepare)
      .function("commit", &StoreProbe::commit)
      .function("close", &StoreProbe::close);
}
