#include "sim/net/message_folder.hpp"

#include "sim/journal/message_text.hpp"
#include "sim/net/claimed_message.hpp"
#include "sim/net/message_files.hpp"
#include "sim/net/shared_folder.hpp"
#include "sim/net/write_all.hpp"

#include <algorithm>
#include <cerrno>
#include <utility>

namespace smtpsim::net {
namespace {

/// How often a message begins again because its folder is removed meanwhile. Chosen.
constexpr int tries_max = 3;

} // namespace

Result<std::unique_ptr<MessageFolder>> MessageFolder::open(const std::string& path,
                                                           Complain complain, mode_t file_mode) {
    auto out = std::make_unique<MessageFolder>(path, std::move(complain), file_mode);
    auto folder = out->open_folder();
    if (!folder) return folder.error();
    out->folder_ = *std::move(folder);
    return out;
}

Result<std::shared_ptr<SharedFolder>> MessageFolder::open_folder() {
    auto folder = SharedFolder::open(path_, file_mode_, [this](int descriptor) {
        const std::size_t removed = remove_leftovers(descriptor);
        if (removed > 0)
            complain_(path_ + ": removed " + std::to_string(removed) +
                      (removed == 1 ? " file" : " files") + " that a killed server has left");
    });
    if (folder)
        highest_ = std::max(highest_.load(), highest_message_number((*folder)->descriptor()));
    return folder;
}

/// Unless another thread has done it: the folder under its name again.
Result<std::shared_ptr<SharedFolder>>
MessageFolder::reopened(const std::shared_ptr<SharedFolder>& gone) {
    const std::lock_guard lock{mutex_};
    if (folder_ != gone) return folder_;
    auto folder = open_folder();
    if (folder) folder_ = *folder;
    return folder;
}

Result<void> MessageFolder::try_to_keep(std::string_view envelope, std::string_view content) {
    std::shared_ptr<SharedFolder> folder;
    {
        const std::lock_guard lock{mutex_};
        folder = folder_;
    }
    for (int tries = 1;;) {
        const std::uint64_t number = ++highest_;
        if (number > message_number_max) return Failure{"no number is left"};
        auto claimed = ClaimedMessage::claim(folder->descriptor(), number, file_mode_);
        if (!claimed && errno == EEXIST) continue;
        if (claimed && claimed->write(envelope, content)) return {};
        if (errno != ENOENT || tries++ == tries_max) return Failure{why()};
        auto again = reopened(folder);
        if (!again) return again.error();
        folder = *std::move(again);
    }
}

Result<void> MessageFolder::keep(const journal::Message& message, std::uint64_t session, Tick at) {
    auto kept = try_to_keep(journal::message_json(message, session, at), message.content);
    if (kept) return {};
    Failure failure{path_ + ": cannot keep a message, answering 452: " + kept.error().what};
    complain_(failure.what);
    return failure;
}

} // namespace smtpsim::net
