"""Check a material that was kept in a library: it comes back as an asset, with all its maps.

Arguments after "--": the library's .blend, and the names of the maps.
"""

import sys

import bpy

blend, *maps = sys.argv[sys.argv.index("--") + 1 :]
with bpy.data.libraries.load(blend, assets_only=True) as (offered, wanted):
    wanted.materials = offered.materials
(material,) = wanted.materials
assert material.asset_data and "Tilewright" in material.asset_data.tags
images = {node["tilewright"]: node.image for node in material.node_tree.nodes if node.bl_idname == "ShaderNodeTexImage"}
assert set(images) == set(maps), images
assert all(image.packed_file and tuple(image.size) == (1024, 1024) for image in images.values())
print("asset: all fine")
