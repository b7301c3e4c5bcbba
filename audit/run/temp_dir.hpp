// A folder for one run, and its end.
#pragma once

#include "core/problem.hpp"

#include <string>
#include <string_view>

namespace smtpsim::run {

class TempDir {
public:
    /// Below TMPDIR. Errors: it cannot be made.
    static Result<TempDir> make();
    ~TempDir(); // removes it and all that is in it
    TempDir(TempDir&& other) noexcept : path_(std::move(other.path_)) { other.path_.clear(); }
    TempDir& operator=(TempDir&&) = delete;

    const std::string& path() const { return path_; }
    std::string path(std::string_view name) const { return path_ + '/' + std::string(name); }
    /// Errors: it cannot be written. Folders on the way are made.
    Result<void> write(const std::string& name, std::string_view octets) const;

private:
    explicit TempDir(std::string path) : path_(std::move(path)) {}
    std::string path_;
};

} // namespace smtpsim::run
