#include "support/relay_process.h"

#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <stdexcept>

extern char** environ;

namespace homing::test {
namespace {

constexpr int kWaitMs = 10'000;

bool wait_readable(int descriptor) {
  pollfd wanted{.fd = descriptor, .events = POLLIN, .revents = 0};
  return poll(&wanted, 1, kWaitMs) == 1;
}

}  // namespace

RelayProcess::RelayProcess(const std::string& database, std::vector<std::string> arguments) {
  std::vector<std::string> all = {HOMING_RELAY_PROGRAM, "--listen",    "127.0.0.1:0", "--store",
                                  "sqlite:" + database, "--log-level", "error"};
  all.insert(all.end(), arguments.begin(), arguments.end());
  std::vector<char*> argv;
  for (std::string& argument : all) argv.push_back(argument.data());
  argv.push_back(nullptr);

  int pipe_ends[2];
  if (pipe2(pipe_ends, O_CLOEXEC) != 0) throw std::runtime_error("pipe2 failed");
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_adddup2(&actions, pipe_ends[1], STDOUT_FILENO);
  const int failed = posix_spawn(&pid_, argv[0], &actions, nullptr, argv.data(), environ);
  posix_spawn_file_actions_destroy(&actions);
  close(pipe_ends[1]);
  output_ = pipe_ends[0];
  if (failed != 0) throw std::runtime_error("the relay could not be started");

  char letter = 0;
  while (wait_readable(output_) && read(output_, &letter, 1) == 1 && letter != '\n') {
    ready_line_ += letter;
  }
  const size_t colon = ready_line_.rfind(':');
  if (letter != '\n' || colon == std::string::npos) throw std::runtime_error("no ready line");
  port_ = static_cast<uint16_t>(std::stoul(ready_line_.substr(colon + 1)));
}

RelayProcess::~RelayProcess() {
  if (pid_ > 0) {
    kill(pid_, SIGKILL);
    waitpid(pid_, nullptr, 0);
  }
  if (output_ >= 0) close(output_);
}

void RelayProcess::signal(int number) const { kill(pid_, number); }

void RelayProcess::limit_file_bytes(uint64_t bytes) const {
  const rlimit limit{.rlim_cur = bytes, .rlim_max = bytes};
  if (prlimit(pid_, RLIMIT_FSIZE, &limit, nullptr) != 0) throw std::runtime_error("prlimit");
}

int RelayProcess::wait() {
  // The C library of Debian 12 declares its wrapper for C only.
  const int descriptor = static_cast<int>(syscall(SYS_pidfd_open, pid_, 0));
  const bool ended = descriptor >= 0 && wait_readable(descriptor);
  if (descriptor >= 0) close(descriptor);
  if (!ended) throw std::runtime_error("the relay did not end");
  int status = 0;
  waitpid(pid_, &status, 0);
  pid_ = -1;
  return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

std::string RelayProcess::rest_of_output() {
  std::string rest;
  char letter = 0;
  while (wait_readable(output_) && read(output_, &letter, 1) == 1) rest += letter;
  return rest;
}

}  // namespace homing::test
