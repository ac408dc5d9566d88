// Goal: what fuzzing has found, and the seeds it starts from, keep their promises in every build.
// Method: each file of each folder of the corpus goes through its target. A target runs in a child
// process, which says what it is about to run: when it dies, the file is known, counts as failed,
// and another child goes on behind it.
//
// Usage: homing_fuzz_replay CORPUS..., folders with one folder per target each.

#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include "fuzz/targets.h"

namespace homing::fuzz {
namespace {

using Paths = std::vector<std::filesystem::path>;

Paths files_of(const std::vector<std::filesystem::path>& corpora, std::string_view target) {
  Paths out;
  for (const auto& corpus : corpora) {
    const std::filesystem::path folder = corpus / target;
    if (!std::filesystem::is_directory(folder)) continue;
    for (const auto& entry : std::filesystem::directory_iterator(folder)) {
      if (entry.is_regular_file()) out.push_back(entry.path());
    }
  }
  std::sort(out.begin(), out.end());
  return out;
}

Bytes read_file(const std::filesystem::path& path) {
  std::ifstream in(path, std::ios::binary);
  return Bytes(std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>());
}

/// Runs files from `first` on in a child. Gives how many went well; fewer than there are when the
/// child died, at the one that comes next.
size_t run_in_child(const Target& target, const Paths& files, size_t first) {
  int channel[2];
  if (pipe(channel) != 0) return 0;
  std::fflush(nullptr);
  const pid_t child = fork();
  if (child == 0) {
    close(channel[0]);
    for (size_t i = first; i < files.size(); ++i) {
      target.run(read_file(files[i]));
      if (write(channel[1], "", 1) != 1) _exit(1);
    }
    std::exit(0);  // leaks are looked for here
  }
  close(channel[1]);
  size_t done = 0;
  char byte = 0;
  while (read(channel[0], &byte, 1) == 1) ++done;
  close(channel[0]);
  int status = 0;
  waitpid(child, &status, 0);
  const bool clean = WIFEXITED(status) && WEXITSTATUS(status) == 0;
  // A leak has no file of its own; the last one stands for it.
  if (!clean && first + done == files.size() && done > 0) --done;
  return done;
}

/// The number of files that failed.
size_t replay(const Target& target, const Paths& files) {
  size_t failed = 0;
  for (size_t next = 0; next < files.size();) {
    next += run_in_child(target, files, next);
    if (next == files.size()) break;
    std::printf("  failed: %s\n", files[next].c_str());
    ++failed;
    ++next;
  }
  std::printf("fuzz corpus %s: %zu passed, %zu failed\n", std::string(target.name).c_str(),
              files.size() - failed, failed);
  return failed;
}

}  // namespace
}  // namespace homing::fuzz

int main(int argc, char** argv) {
  if (argc < 2) {
    std::fprintf(stderr, "usage: %s CORPUS...\n", argv[0]);
    return 2;
  }
  const std::vector<std::filesystem::path> corpora(argv + 1, argv + argc);
  bool good = true;
  for (const homing::fuzz::Target& target : homing::fuzz::kTargets) {
    const auto files = homing::fuzz::files_of(corpora, target.name);
    // No file at all counts as a failure, too: then nothing was tested.
    good = homing::fuzz::replay(target, files) == 0 && !files.empty() && good;
  }
  return good ? 0 : 1;
}
