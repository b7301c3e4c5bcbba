// The symbolic link under which a terminal program finds a pty, such as /tmp/modem.
#pragma once

#include "core/problem.hpp"

#include <string>

namespace smtpsim::endpoint {

/// A symbolic link that changes atomically: an open finds the old target or the new one.
class Link {
public:
    explicit Link(std::string path) : path_(std::move(path)) {}
    ~Link() { withdraw(); }
    Link(const Link&) = delete;
    Link& operator=(const Link&) = delete;

    const std::string& path() const { return path_; }
    /// Points it to `target`. Errors: it cannot be made, or something is there that is neither ours
    /// nor a link that leads nowhere.
    Result<void> publish(const std::string& target);
    /// Removes it, if it is still ours.
    void withdraw();

private:
    bool is_ours() const;

    std::string path_, target_; // no target: not published
};

} // namespace smtpsim::endpoint
