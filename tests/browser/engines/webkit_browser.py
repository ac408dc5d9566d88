#!/usr/bin/python3
"""A browser of WebKitGTK for the tests, started by WebKitWebDriver:

    webkit_browser.py DIRECTORY [QUOTA_BYTES]    the room that an origin has to store in
    webkit_browser.py --version

MiniBrowser forgets everything at its end when it is automated. This one keeps the profile in
DIRECTORY, as a person's browser does, so that it can be killed and started again.
"""

import os
import shutil
import sys

import gi

gi.require_version("Gtk", "3.0")
gi.require_version("WebKit2", "4.1")
from gi.repository import Gtk, WebKit2  # noqa: E402


def create_view(context):
    """A view in a window of its own: a page in a hidden tab would be slowed down."""
    view = WebKit2.WebView(web_context=context, is_controlled_by_automation=True)
    window = Gtk.Window(default_width=1100, default_height=760)
    window.add(view)
    window.show_all()
    view.connect("close", lambda _: window.destroy())
    return view


def main(directory, quota_bytes=None):
    properties = {
        "base_data_directory": os.path.join(directory, "data"),
        "base_cache_directory": os.path.join(directory, "cache"),
    }
    if quota_bytes is not None:
        # WebKit takes a share of the disk.
        os.makedirs(directory, exist_ok=True)
        properties["origin_storage_ratio"] = int(quota_bytes) / shutil.disk_usage(directory).total
    manager = WebKit2.WebsiteDataManager(**properties)
    context = WebKit2.WebContext(website_data_manager=manager)

    def on_automation_started(_, session):
        session.connect("create-web-view", lambda _: create_view(context))

    context.set_automation_allowed(True)
    context.connect("automation-started", on_automation_started)
    Gtk.main()


if sys.argv[1] == "--version":
    print(f"{WebKit2.get_major_version()}.{WebKit2.get_minor_version()}.{WebKit2.get_micro_version()}")
else:
    main(*sys.argv[1:])
