"""Simplified Chinese of Surface and Material."""

WORDS = {
    # surface
    "Estimate Missing Maps": "估算缺失的贴图",
    "Make the maps that the model lacks from the base color": "由基础色生成模型所缺的贴图",
    "Depth": "深度",
    "How deep the estimated relief is; 0 is flat": "所估算的起伏有多深；0 为平坦",
    # material
    "Material": "材质",
    "Repeat X": "重复 X",
    "Occlusion": "遮挡",
    "Hue": "色相",
    "Saturation": "饱和度",
    "Value": "值",
    "Size of UV Square": "UV 方格的尺寸",
    "How long a side of the UV map's square is on the object; 0 measures it": "UV 方格的边在物体上的长度；0 为自动测量",
    "Add sliders for hue, saturation, value, brightness and contrast: nodes before the shader's base color": (
        "添加色相、饱和度、明度、亮度和对比度滑块：位于着色器基础色之前的节点"
    ),
    "Remove the color sliders, and show the colors as they were generated": "移除颜色滑块，显示生成时的颜色",
    "Move the surface itself by the height map: sets the material, subdivides the object, and lets Cycles dice it": (
        "按高度贴图移动表面本身：设置材质、细分物体，并由 Cycles 切分"
    ),
    "Lay the texture on from six sides, stretched on top if not square; pressed again, by the UV map": (
        "从六个方向铺设纹理，非正方形的纹理在顶面会被拉伸；再次按下则按 UV 贴图"
    ),
    "Box": "盒式",
    "From six sides, or by the UV map": "从六个方向，或按 UV 贴图",
    "Undo True Displacement on all objects with this material: the height map bends the shading alone": (
        "在使用此材质的所有物体上撤销真实置换：高度贴图只影响着色"
    ),
    "Scale the texture to its size in reality, as the model knows it and as the object's UV map is laid out": (
        "按模型所知的现实尺寸和物体的 UV 贴图布局缩放纹理"
    ),
    "This material has no height map: choose a model that makes one, and generate again": (
        "该材质没有高度贴图：请选择能生成高度贴图的模型并重新生成"
    ),
    "{name} can't be subdivided: convert it to a mesh": "{name} 无法细分：请转换为网格",
    "UDIM tiles fill one UV square each: scale the UV map instead": "每个 UDIM 分块占满一个 UV 方格：请缩放 UV 贴图",
    "UV maps can be measured outside Edit Mode alone: press Tab first": "只能在编辑模式之外测量 UV 贴图：请先按 Tab",
    "This model does not know its texture's size in reality: set Repeat instead": (
        "该模型不知道纹理的现实尺寸：请改为设置重复次数"
    ),
    "The Mapping node of this texture was removed: generate again": "该纹理的映射节点已被移除：请重新生成",
    "{name} is pinned here, and not active: unpin it, or select what wears it": (
        "{name} 固定在此处，但不是活动材质：请取消固定，或选择使用它的物体"
    ),
    "No object is active: select one with a texture of Tilewright's": "无活动物体：请选择带有 Tilewright 纹理的物体",
    "{name}'s active material shows no texture of Tilewright's: generate one first": (
        "{name} 的活动材质没有 Tilewright 纹理：请先生成"
    ),
    "{name} or its material is linked from another file: make it local first": (
        "{name} 或其材质关联自其他文件：请先转为本地项"
    ),
}
OURS = {
    "Surface": "表面",
}
OPERATORS = {
    "Adjust Color": "调整颜色",
    "Adjust Texture Color": "调整纹理颜色",
    "Plain Color": "原始颜色",
    "Plain Texture Color": "原始纹理颜色",
    "True Displacement": "真实置换",
    "Box Mapping": "盒式映射",
    "Bump Only": "仅凹凸",
    "True Size": "真实尺寸",
    "True Texture Size": "真实纹理尺寸",
}
