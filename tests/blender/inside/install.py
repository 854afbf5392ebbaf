"""Install the zip into an empty user folder and keep it enabled."""

import sys

import bpy

zip_path = sys.argv[sys.argv.index("--") + 1]
assert bpy.ops.extensions.package_install_files(filepath=zip_path, repo="user_default", enable_on_install=True) == {
    "FINISHED"
}
assert hasattr(bpy.types.Scene, "tilewright")
bpy.context.preferences.view.show_splash = False
bpy.ops.wm.save_userpref()
