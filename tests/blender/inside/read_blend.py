"""Check a .blend of a batch: a material for each texture, whose images are found."""

import sys

import bpy

bpy.ops.wm.open_mainfile(filepath=sys.argv[sys.argv.index("--") + 1])
assert {"random_0_64x64", "random_2_64x64"} <= set(bpy.data.materials.keys())
for material in bpy.data.materials:
    assert material.asset_data.license == "CC0-1.0" and material.asset_data.author == "nobody"
    pictures = [node.image for node in material.node_tree.nodes if node.bl_idname == "ShaderNodeTexImage"]
    assert len(pictures) == 3 and all(image.has_data or image.size[0] == 64 for image in pictures)
    assert all(f"random_{image['tilewright_seed']}_{image['tilewright_size']}" == material.name for image in pictures)
