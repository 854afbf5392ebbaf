"""Simplified Chinese of the panel, its settings, the Image Editor's tools and the preferences."""

WORDS = {
    # maps
    "Base Color": "基础色",
    "Normal": "法向",
    "Roughness": "糙度",
    "Metallic": "金属度",
    "Height": "高度",
    "Ambient Occlusion": "环境光遮蔽 (AO)",
    # settings
    "Model": "模型",
    "What kind of texture to make": "要生成哪一种纹理",
    "From File": "来自文件",
    "Any model file on disk": "磁盘上的任意模型文件",
    "Makes {maps}; learned from {exemplar}": "生成{maps}；学习自 {exemplar}",
    ", by {author}": "，作者 {author}",
    "Model File": "模型文件",
    "A model that was learned with Tilewright (.onnx)": "由 Tilewright 学习得到的模型 (.onnx)",
    "Width": "宽度",
    "New Material": "新建材质",
    "Put the texture into a new material on all selected objects, and leave the active one as it is": (
        "将纹理放入所有选中物体的新材质中，活动材质保持原样"
    ),
    "In pixels; goes to the nearest size that the model makes": "以像素为单位；取模型所能生成的最接近的尺寸",
    "Seed": "随机种",
    "Every seed is another texture of the same kind": "每个随机种都是同类的另一张纹理",
    "Every seed is another texture": "每个随机种都是另一张纹理",
    "Every seed is another result": "每个随机种都是另一个结果",
    "Other Seed": "另一随机种",
    "The texture to blend with": "要与之混合的纹理",
    "Blend": "混合",
    "How far from the seed's texture to the other seed's": "从该随机种的纹理向另一随机种的纹理过渡的程度",
    "Frames": "帧",
    "Length of a loop": "循环的长度",
    "Strength": "强度/力度",
    "0 keeps the image's details, 1 its rough shapes": "0 保留图像的细节，1 只保留大致形状",
    "Mask": "遮罩",
    "An image that is white where to fill; without one, what is transparent is filled": (
        "白色处为要填充部分的图像；若不指定，则填充透明部分"
    ),
    "Controls": "调节项",
    "Properties of the texture; 0 is neutral": "纹理的特性；0 为中性",
    "Size": "尺寸",
    "In pixels": "以像素为单位",
    # controls of models
    "Brightness": "亮度",
    "Warmth": "暖度",
    "Contrast": "对比度",
    "Detail": "细节",
    "Element size": "元素大小",
    "Unevenness": "不均匀度",
    # buttons
    "Make a tileable texture and put its maps into the active material": "生成可平铺的纹理，并将其各贴图放入活动材质",
    "Make a texture that changes from frame to frame and ends where it began, as an image sequence": (
        "生成逐帧变化、首尾相接的纹理，保存为图像序列"
    ),
    "Choose another seed at random": "随机选取另一个随机种",
    "Make width and height this many pixels": "将宽度和高度设为此像素数",
    "Fill what the mask covers, or what is transparent; all other pixels stay as they are": (
        "填充遮罩所覆盖或透明的部分；其他像素保持不变"
    ),
    "Lay parts of the image over its edges, so that it meets itself; the middle stays as it is": (
        "用图像自身的部分覆盖边缘，使图像首尾相接；中间部分保持不变"
    ),
    "Take away noise and blur, and soften the blocks of JPEG": "去除噪点和模糊，并柔化 JPEG 色块",
    "Draw the image anew in the model's texture, keeping its shapes": "以模型的纹理重绘图像，保留其形状",
    "Show the image as it was before, or after": "显示处理之前或之后的图像",
    # told
    "Painting": "绘制",
    "Computed on the {device}": "由 {device} 计算",
    "{progress:.0f} %  (Esc cancels)": "{progress:.0f} %（Esc 取消）",
    "Made {maps} on the {device}": "已由 {device} 生成{maps}",
    "{line}; kept what was painted: {names}": "{line}；绘制过的已保留：{names}",
    "{name} has no UV map: unwrap it, or press Box Mapping in Material": (
        "{name} 没有 UV 贴图：请展开，或按“材质”中的“盒式映射”"
    ),
    "{name} is no longer shown: the texture's shader has taken its place": "{name} 不再显示：纹理的着色器取代了它",
    "{line}; left as it was: {names}": "{line}；保持原样：{names}",
    "Stop what is being made; nothing is changed": "停止正在进行的生成；不做任何更改",
    "Nothing is being made": "当前没有正在进行的生成",
    "Something is being made: wait, or press Esc": "正在生成：请等待，或按 Esc",
    "No object is active: select one to receive the texture": "无活动物体：请选择要接收纹理的物体",
    "{name} can't have a material: select a mesh, curve, text or other surface": (
        "{name} 不能有材质：请选择网格、曲线、文本或其他表面"
    ),
    "{name}, its data or its material is linked from another file: make it local first": (
        "{name}、其数据或其材质关联自其他文件：请先转为本地项"
    ),
    "No image is open: open one in the Image Editor, or paint one in Texture Paint mode": (
        "没有打开的图像：请在图像编辑器中打开，或在纹理绘制模式下绘制"
    ),
    "This image was not made from another one, nor another one from it": "该图像既非由其他图像生成，也未生成其他图像",
    "Keep only what is shown of this image and its maps: what else was made on the way is not saved": (
        "只保留此图像及其各贴图当前显示的版本：途中生成的其他版本不再保存"
    ),
    # preferences
    "Compute Device": "计算设备",
    "What computes textures; the panel shows what is really in use": "用什么计算纹理；面板中显示实际使用的设备",
    "Auto": "自动",
    "CUDA where it works, else the CPU": "可用时使用 CUDA，否则使用 CPU",
    "Insist on an NVIDIA GPU": "只使用 NVIDIA GPU",
    "Leave the GPU to Blender": "将 GPU 留给 Blender",
    "Model Folder": "模型文件夹",
    "Your own models (.onnx): they appear beside those that come with Tilewright. What you let learn is kept here too;"
    " without a folder it is kept with Tilewright, and goes when Tilewright is uninstalled": (
        "您自己的模型 (.onnx)：与 Tilewright 自带的模型一并列出。学习得到的模型也保存于此；"
        "若不指定文件夹，则随 Tilewright 保存，卸载时一并删除"
    ),
    "Store Images": "图像存储",
    "Where generated images are kept": "生成的图像保存在何处",
    "Packed": "打包",
    "Inside the .blend file": "在 .blend 文件内",
    "Next to the File": "文件旁",
    "As PNG files in the folder textures beside the saved .blend file": (
        "以 PNG 文件保存在 .blend 文件旁的 textures 文件夹中"
    ),
    "The Python with PyTorch that learns, outside Blender; empty: found by itself": (
        "在 Blender 之外进行学习的 Python（带 PyTorch）；留空则自动查找"
    ),
    "Trainer Folder": "训练器文件夹",
    "Tilewright's source, which holds the folder trainer; empty: beside that Python or inside it": (
        "包含 trainer 文件夹的 Tilewright 源代码；留空则在该 Python 旁或其内查找"
    ),
}
OPERATORS = {
    "Stop Tilewright": "停止 Tilewright",
    "Generate Texture": "生成纹理",
    "Generate Loop": "生成循环",
    "New Seed": "新随机种",
    "Set Size": "设置尺寸",
    "Fill": "填充",
    "Fill Image with Texture": "以纹理填充图像",
    "Make Tileable": "使可平铺",
    "Make Image Tileable": "使图像可平铺",
    "Clean Up": "清理",
    "Clean Up Image": "清理图像",
    "Draw in this Texture": "以此纹理绘制",
    "Draw Image in Texture": "以纹理绘制图像",
    "Before / After": "之前 / 之后",
    "Keep Only This": "只保留此版本",
}
