"""Simplified Chinese of Keep."""

WORDS = {
    "Library": "库",
    "Where the material is kept as an asset": "材质作为资产保存在何处",
    "Current File": "当前文件",
    "Mark the material as an asset of this .blend file": "将材质标记为此 .blend 文件的资产",
    "A file of its own in {folder}": "在 {folder} 中单独保存为一个文件",
    "The library's folder; without one, what the panel says, and else this file": (
        "资产库的文件夹；若不指定，则按面板设置，否则为此文件"
    ),
    "Replace": "替换",
    "Write over an asset of the same name that the library has already": "覆盖库中已有的同名资产",
    "Naming": "命名",
    "What the files are called and hold": "文件的名称和内容",
    "NAME_base_color, NAME_normal and so on, as Node Wrangler knows them; OpenGL normals": (
        "NAME_base_color、NAME_normal 等，与节点牧人的命名一致；OpenGL 法向"
    ),
    "T_NAME_BC, T_NAME_N, T_NAME_ORM, T_NAME_H; DirectX normals": (
        "T_NAME_BC、T_NAME_N、T_NAME_ORM、T_NAME_H；DirectX 法向"
    ),
    "NAME_AlbedoTransparency, NAME_MetallicSmoothness, NAME_Normal and so on; OpenGL normals": (
        "NAME_AlbedoTransparency、NAME_MetallicSmoothness、NAME_Normal 等；OpenGL 法向"
    ),
    "NAME_BaseMap, NAME_MaskMap, NAME_Normal, NAME_Height; OpenGL normals": (
        "NAME_BaseMap、NAME_MaskMap、NAME_Normal、NAME_Height；OpenGL 法向"
    ),
    "NAME_albedo, NAME_orm, NAME_normal, NAME_height; OpenGL normals": (
        "NAME_albedo、NAME_orm、NAME_normal、NAME_height；OpenGL 法向"
    ),
    "Folder": "文件夹",
    "Where the maps are exported to": "贴图导出到何处",
    "Keep the material as an asset in the catalog Tilewright, with a preview, tags, author and license": (
        "将材质作为资产保存在 Tilewright 目录中，附带预览、标签、作者和许可证"
    ),
    "Put occlusion, roughness and metallic into red, green and blue of one new image, as game engines read them": (
        "将遮挡、糙度和金属度放入一张新图像的红、绿、蓝通道，供游戏引擎读取"
    ),
    "Write the material's maps into a folder, named and packed as a game engine expects them": (
        "将材质的贴图写入文件夹，按游戏引擎的要求命名和打包"
    ),
    "{name} is an asset of this file now": "{name} 现在是此文件的资产",
    "Saved {name} in {file}": "已将 {name} 保存到 {file}",
    "Made the image {name}": "已生成图像 {name}",
    "{line}; not what your own nodes make: {names}": "{line}；不含您自己的节点所生成的：{names}",
    "Wrote {files} to {folder}": "已将 {files} 写入 {folder}",
}
OPERATORS = {
    "Save to Asset Library": "保存到资产库",
    "Save Texture to Asset Library": "将纹理保存到资产库",
    "Export Maps": "导出贴图",
    "Export Texture Maps": "导出纹理贴图",
    "Pack ORM Image": "打包 ORM 图像",
}
OURS = {
    "Keep": "保存",
}
