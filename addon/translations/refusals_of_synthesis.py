"""Simplified Chinese of what the room synthesis refuses, by templates; see `refusals`."""

SENTENCES = {
    # pictures
    "the mask is {mask_width} x {mask_height} px, the picture {width} x {height}: make the mask as large as the"
    " picture": "遮罩为 {mask_width} x {mask_height} 像素，图像为 {width} x {height}：请使遮罩与图像一样大",
    "nothing is to be filled: paint the mask white there, or make the picture transparent there": (
        "没有要填充的部分：请在该处将遮罩绘制为白色，或使图像透明"
    ),
    "the mask hides the whole picture: leave some of it, or generate a new texture instead": (
        "遮罩覆盖了整个图像：请留出一部分，或改为生成新纹理"
    ),
    "the band is {width} px wide, too narrow for cuts; allowed is {least} px and more": (
        "边带宽 {width} 像素，过窄而无法裁切；允许 {least} 像素及以上"
    ),
    "the picture is {width} x {height} px, a band of {band} px at every edge leaves nothing of it: take a larger"
    " picture, {side} px a side or more{told_narrower}": (
        "图像为 {width} x {height} 像素，各边留出 {band} 像素的边带后没有剩余："
        "请使用较大的图像，每边 {side} 像素或以上{told_narrower}"
    ),
    "the picture is {width} x {height} px; {side} px on each side are the least that can be cleaned": (
        "图像为 {width} x {height} 像素；每边至少 {side} 像素才能清理"
    ),
    "the picture is {width} x {height} px; allowed is up to {largest}: reduce it": (
        "图像为 {width} x {height} 像素；最多允许 {largest}：请缩小"
    ),
    "the picture is transparent everywhere: give one that shows something": "图像处处透明：请使用有内容的图像",
    "strength is {strength}; allowed is 0 to 1": "强度为 {strength}；允许 0 至 1",
    # preparation
    "the strength of evening out the light is {strength}; allowed is 0 to 1": (
        "均匀光照的强度为 {strength}；允许 0 至 1"
    ),
    "scale is {scale}; allowed is {least} to 1, which keeps the size": (
        "缩放为 {scale}；允许 {least} 至 1，1 保持尺寸不变"
    ),
    "a reduced picture can't be prepared further: reduce it as the last step": (
        "已缩小的图像无法继续准备：请将缩小作为最后一步"
    ),
    "the {told_corner} corner is {x},{y}; the picture reaches from 0,0 to {width},{height}: move it inside": (
        "{told_corner}角点为 {x},{y}；图像范围为 0,0 至 {width},{height}：请将其移到图像内"
    ),
    "the corners are {corners}; allowed are four": "角点为 {corners}；应为四个",
    "the corners are {corners}; allowed are numbers of pixels": "角点为 {corners}；应为像素数",
    "the corners are {corners}; allowed is a shape that bends outwards everywhere, clockwise from the top left: move"
    " the corner that lies inside or is out of order": (
        "角点为 {corners}；应为处处外凸的形状，从左上起顺时针排列：请移动位于内部或顺序不对的角点"
    ),
    "the corners are {corners}; allowed are sides from {side} px: move them apart": (
        "角点为 {corners}；边长至少为 {side} 像素：请将它们移开"
    ),
    "the crop ends at {right},{bottom}; the picture at {width},{height}: make it smaller": (
        "裁切结束于 {right},{bottom}；图像结束于 {width},{height}：请缩小裁切范围"
    ),
    "the crop is {crop}; allowed are x and y from 0 and width and height from {side} px": (
        "裁切为 {crop}；x 和 y 不得小于 0，宽度和高度至少为 {side} 像素"
    ),
    # files
    "there is no file or folder {path}: give an image, or a folder of maps of one material": (
        "没有文件或文件夹 {path}：请指定图像，或同一材质的贴图文件夹"
    ),
    "there is no mask file {path}: give an image that is white where to fill": (
        "没有遮罩文件 {path}：请指定在要填充处为白色的图像"
    ),
    "{target} is there already and no file that can be replaced: choose another place": (
        "{target} 已存在，且不是可替换的文件：请选择其他位置"
    ),
    "{target} can't be written ({reason}): choose another place": "{target} 无法写入 ({reason})：请选择其他位置",
    "{file} looks like the {map} map of a material: put it into a folder with its base color and give that, or call it"
    " otherwise if it is base color itself": (
        "{file} 看起来是材质的 {map} 贴图：请将其与基础色放入同一文件夹并指定该文件夹；若它本身就是基础色，请改名"
    ),
    "{folder}: all maps of a material need one size, these have {sizes}": (
        "{folder}：同一材质的所有贴图须尺寸一致，这些为 {sizes}"
    ),
    "{folder}: both {first} and {second} look like the {map} map: keep one": (
        "{folder}：{first} 和 {second} 看起来都是 {map} 贴图：请保留一个"
    ),
    "{folder} has no base color map: name one like wall_base_color.png (or _albedo, _diffuse)": (
        "{folder} 中没有基础色贴图：请按 wall_base_color.png 的方式命名（或 _albedo、_diffuse）"
    ),
    "{file} {told_lack}, and a mask map holds metallic, occlusion and smoothness in red, green and alpha: call it"
    " otherwise, or take it out of the folder": (
        "{file} {told_lack}，而遮罩贴图在红、绿和 Alpha 通道中存放金属度、遮挡和光滑度：请改名，或将其移出文件夹"
    ),
    "{file} holds several maps, in channels of an order that is not known: save each map as a file of its own, or"
    " occlusion, roughness and metallic in red, green and blue as wall_orm.png": (
        "{file} 包含多张贴图，其通道顺序未知：请将每张贴图另存为单独的文件，"
        "或将遮挡、糙度和金属度存入红、绿、蓝通道并命名为 wall_orm.png"
    ),
    "{file} is {width} x {height} px; {columns} x {rows} px, or as many in another shape, can be read: reduce it": (
        "{file} 为 {width} x {height} 像素；可读取 {columns} x {rows} 像素，或其他形状的相同像素数：请缩小"
    ),
    "{file} holds values from {least} to {largest}: scale them to 0 to 1": (
        "{file} 的值从 {least} 到 {largest}：请缩放到 0 至 1"
    ),
    "{file} is not an image that can be read: use PNG, JPEG, TIFF or WebP of 8 or 16 bits a channel, or OpenEXR": (
        "{file} 不是可读取的图像：请使用每通道 8 或 16 位的 PNG、JPEG、TIFF 或 WebP，或 OpenEXR"
    ),
    "{file} can't be read: convert it to PNG or TIFF, or take it out of the folder": (
        "{file} 无法读取：请转换为 PNG 或 TIFF，或将其移出文件夹"
    ),
    "{file} can't be read as an image, it may be cut off ({reason}): save it again": (
        "{file} 无法作为图像读取，可能不完整 ({reason})：请重新保存"
    ),
    "{file} can't be read as OpenEXR, it may be cut off or deep: save it again, flat": (
        "{file} 无法作为 OpenEXR 读取，可能不完整或为深度图像：请重新保存为普通图像"
    ),
    "{file} holds the channels {channels}: save one with red, green and blue": (
        "{file} 包含通道 {channels}：请保存为含红、绿、蓝通道的文件"
    ),
    "Pillow is missing, which reads images: pip install pillow": "缺少用于读取图像的 Pillow：pip install pillow",
    "OpenEXR is missing, which reads .exr files: pip install openexr": (
        "缺少用于读取 .exr 文件的 OpenEXR：pip install openexr"
    ),
    # model files
    "{path}: {told}": "{path}: {told}",
    "there is no model file {path}": "没有模型文件 {path}",
    "{path} is not a Tilewright model: export one with python -m export.to_onnx RUN": (
        "{path} 不是 Tilewright 模型：请用 python -m export.to_onnx RUN 导出"
    ),
    "{path} names external data; a Tilewright model is one file: export it again": (
        "{path} 引用外部数据；Tilewright 模型应为单个文件：请重新导出"
    ),
    "{path} is cut off or no ONNX file: copy or export it again": "{path} 不完整或不是 ONNX 文件：请重新复制或导出",
    "{path} takes windows of one size alone: export it again": "{path} 只接受一种大小的窗口：请重新导出",
    "{path} is larger than {megabytes} MB: that is no Tilewright model": (
        "{path} 大于 {megabytes} MB：不是 Tilewright 模型"
    ),
    "{path} can't be read ({reason}): give a model file": "{path} 无法读取 ({reason})：请指定模型文件",
    "the model's info can't be read: export the model again": "模型的信息无法读取：请重新导出模型",
    "the model's info lacks or garbles {told_what}: export the model again": (
        "模型的信息缺失或损坏 {told_what}：请重新导出模型"
    ),
    "the model has schema {schema}, this Tilewright reads {own}: use a newer one, or export again": (
        "模型的格式版本为 {schema}，此 Tilewright 读取 {own}：请使用更新的版本，或重新导出"
    ),
    "the model's {told_what} are {given}; allowed is {told_allowed}: export the model again": (
        "模型的{told_what}为 {given}；允许值：{told_allowed}。请重新导出模型"
    ),
    "the model's spectra have {lengths} bands; allowed is {allowed}: export the model again": (
        "模型的频谱有 {lengths} 个频带；允许 {allowed}：请重新导出模型"
    ),
    "the model's spectra hold {level} dB; allowed is {told_allowed}: export the model again": (
        "模型的频谱含有 {level} dB；允许 {told_allowed}：请重新导出模型"
    ),
    # what a model makes
    "the model {name} was learned without a guide and can only generate: learn it again without --no-guide, or choose"
    " another model": "模型 {name} 学习时没有引导，只能生成：请不带 --no-guide 重新学习，或选择其他模型",
    "size is {size} px; this model makes multiples of {multiple} up to {largest}: try {told_tries}": (
        "尺寸为 {size} 像素；该模型生成 {multiple} 的倍数，最大 {largest}：请尝试 {told_tries}"
    ),
    "seed is {seed}; allowed is 0 to {largest}": "随机种为 {seed}；允许 0 至 {largest}",
    "the model {name} has no control {control}; it has {told_controls}": (
        "模型 {name} 没有控件 {control}；现有控件：{told_controls}"
    ),
    "control {name} is {value}; allowed is -1 to 1, 0 is neutral": "控件 {name} 为 {value}；允许 -1 至 1，0 为中性",
    "depth is {depth}; allowed is 0 to {deepest}, 1 is as estimated": "深度为 {depth}；允许 0 至 {deepest}，1 为估算值",
    "the UDIM set has {columns} x {rows} tiles; allowed is 1 to {most_columns} columns and 1 to {most_rows} rows": (
        "UDIM 集有 {columns} x {rows} 个分块；允许 1 至 {most_columns} 列和 1 至 {most_rows} 行"
    ),
    "the UDIM set would be {width} x {height} px in all; allowed is up to {largest}: take fewer or smaller tiles": (
        "UDIM 集总计为 {width} x {height} 像素；最多允许 {largest}：请使用更少或更小的分块"
    ),
    "the maps have several sizes ({sizes}): generate them again, or scale them to one": (
        "各贴图尺寸不一 ({sizes})：请重新生成，或缩放为同一尺寸"
    ),
    # running it
    "device is {device}: choose auto, cpu or cuda": "设备为 {device}：请选择 auto、cpu 或 cuda",
    "onnxruntime is missing: pip install onnxruntime (or onnxruntime-gpu)": (
        "缺少 onnxruntime：pip install onnxruntime（或 onnxruntime-gpu）"
    ),
    "CUDA does not start here: check the NVIDIA driver, CUDA and cuDNN, or choose auto or cpu": (
        "CUDA 在此无法启动：请检查 NVIDIA 驱动程序、CUDA 和 cuDNN，或选择 auto 或 cpu"
    ),
    "CUDA was asked for, but this onnxruntime is built without it: install onnxruntime-gpu, or choose cpu": (
        "要求使用 CUDA，但此 onnxruntime 不含 CUDA：请安装 onnxruntime-gpu，或选择 cpu"
    ),
    "CUDA has no room for a window: free memory of the GPU, or choose auto or cpu": (
        "CUDA 没有足够空间计算一个窗口：请释放 GPU 内存，或选择 auto 或 cpu"
    ),
    "there is not enough memory for a window of {width} x {height} px": (
        "内存不足，无法计算 {width} x {height} 像素的窗口"
    ),
    "the model {name} has other inputs or outputs than its info says: export it again": (
        "模型 {name} 的输入或输出与其信息不符：请重新导出"
    ),
    "the model {name} has other margins than its info says: export it again": (
        "模型 {name} 的边距与其信息不符：请重新导出"
    ),
    "the model {name} can't run on the {device} ({reason})": "模型 {name} 无法在 {device} 上运行 ({reason})",
    "not a model that onnxruntime can run ({reason}): export it again": (
        "不是 onnxruntime 能运行的模型 ({reason})：请重新导出"
    ),
    "{told}: export it again": "{told}：请重新导出",
    "{told}: check the NVIDIA driver, CUDA and cuDNN, or choose auto or cpu": (
        "{told}：请检查 NVIDIA 驱动程序、CUDA 和 cuDNN，或选择 auto 或 cpu"
    ),
}
PHRASES = {
    ", or a band below {width} px": "，或使用小于 {width} 像素的边带",
    "{below} or {above}": "{below} 或 {above}",
    "none": "无",
    "top left": "左上",
    "top right": "右上",
    "bottom right": "右下",
    "bottom left": "左下",
    "is grey": "为灰度图像",
    "has no alpha": "没有 Alpha 通道",
    # what a model's info says
    "maps": "贴图",
    "cell sizes": "单元尺寸",
    "channels": "通道数",
    "margins": "边距",
    "controls": "控件",
    "changes by {control}": "控件 {control} 的改变量",
    "palette": "调色板",
    "exemplar's sides": "样本边长",
    "width in metres": "以米为单位的宽度",
    "best seeds": "最佳随机种",
    "a selection of {names}": "从 {names} 中选取",
    "16, 32 or 64 px, then each half of the one before": "16、32 或 64 像素，其后依次减半",
    "one for all levels, 0..{largest} cells": "各层级相同，0..{largest} 个单元",
    "each once": "各出现一次",
    "{channels}, the fields' channels": "{channels}，即各噪波场的通道数",
    "colours of 0 to 1, one or more": "一个或多个 0 至 1 的颜色",
    "above 0": "大于 0",
    "at most {most} different ones, 0 to {largest}": "最多 {most} 个互不相同的，0 至 {largest}",
    "{least} to {largest}": "{least} 至 {largest}",
    "{value}, which should be str": "{value}（应为 str）",
    "{value}, which should be int": "{value}（应为 int）",
    "{value}, which should be a number": "{value}（应为数字）",
}
