// libcurl's setters and getters take a variable argument, which Swift cannot call: here each has one name for each type of argument.
#ifndef SILTA_CCURL_SHIM_H
#define SILTA_CCURL_SHIM_H

#include <curl/curl.h>

static inline CURLcode curl_easy_setopt_long(CURL *easy, CURLoption option, long value) {
    return curl_easy_setopt(easy, option, value);
}

static inline CURLcode curl_easy_setopt_offset(CURL *easy, CURLoption option, curl_off_t value) {
    return curl_easy_setopt(easy, option, value);
}

// Copied by libcurl; NULL takes the option's default away.
static inline CURLcode curl_easy_setopt_string(CURL *easy, CURLoption option, const char *value) {
    return curl_easy_setopt(easy, option, value);
}

// Not copied: what it points to must live as long as the handle.
static inline CURLcode curl_easy_setopt_pointer(CURL *easy, CURLoption option, void *value) {
    return curl_easy_setopt(easy, option, value);
}

// For CURLOPT_WRITEFUNCTION and CURLOPT_HEADERFUNCTION, which have the same shape.
static inline CURLcode curl_easy_setopt_receiver(CURL *easy, CURLoption option, curl_write_callback receive) {
    return curl_easy_setopt(easy, option, receive);
}

static inline CURLcode curl_easy_setopt_opensocket(CURL *easy, curl_opensocket_callback open) {
    return curl_easy_setopt(easy, CURLOPT_OPENSOCKETFUNCTION, open);
}

static inline CURLcode curl_easy_setopt_prereq(CURL *easy, curl_prereq_callback admit) {
    return curl_easy_setopt(easy, CURLOPT_PREREQFUNCTION, admit);
}

static inline CURLcode curl_easy_setopt_progress(CURL *easy, curl_xferinfo_callback look) {
    return curl_easy_setopt(easy, CURLOPT_XFERINFOFUNCTION, look);
}

// For the CURLINFO_…_T of which the answer is a number.
static inline CURLcode curl_easy_getinfo_offset(CURL *easy, CURLINFO info, curl_off_t *value) {
    return curl_easy_getinfo(easy, info, value);
}

// The text is libcurl's, and is there until the handle is used again; NULL where there is none.
static inline CURLcode curl_easy_getinfo_string(CURL *easy, CURLINFO info, const char **value) {
    return curl_easy_getinfo(easy, info, value);
}

static inline CURLMcode curl_multi_setopt_long(CURLM *multi, CURLMoption option, long value) {
    return curl_multi_setopt(multi, option, value);
}

// CURLVERSION_NOW is a macro for an enumerator, which Swift does not see.
static inline const curl_version_info_data *curl_version_info_now(void) {
    return curl_version_info(CURLVERSION_NOW);
}

#endif
